package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Nothing of the kernel's interface is left out, and the page that says so is that of this code. */
class KernelCoverageTest {
    private static final int WANTED_BEHAVIOURS = 40;

    private final KernelCoverage coverage = KernelCoverage.ofThisBuild();

    @Test
    void everyOperationHasAMethodAndATestOrAReason() {
        assertThat(coverage.gaps()).isEmpty();
    }

    @Test
    void enoughBehavioursAreShown() {
        assertThat(coverage.behaviours()).hasSizeGreaterThanOrEqualTo(WANTED_BEHAVIOURS);
    }

    @Test
    void thePageIsThatOfThisCode() throws IOException {
        Path page = Path.of(System.getProperty("basedir", ""), "..", "docs", "kernel-coverage.md");
        String committed = Files.exists(page) ? Files.readString(page) : "";
        String made = coverage.page();
        if (!committed.equals(made)) {
            Files.writeString(page, made);
        }
        assertThat(made)
                .as("docs/kernel-coverage.md, which was out of date and has been rewritten")
                .isEqualTo(committed);
    }
}
