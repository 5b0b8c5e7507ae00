package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code samples/run} without a sample: which there are, and which version this is. */
class LauncherTest {
    private static final Path SCRIPT =
            Path.of("../../samples/run").toAbsolutePath().normalize();

    @Test
    void aWrongNameListsTheSamples() throws IOException {
        refuses("samples/run: there is no sample 'ecco'", "ecco");
    }

    @Test
    void noNameListsTheSamples() throws IOException {
        refuses("samples/run: the name of a sample is missing");
    }

    /** On standard error: a pipe that reads what a sample prints must not read this. */
    private static void refuses(String message, String... arguments) throws IOException {
        try (ChildJvm child = ChildJvm.start(Launcher.class, arguments)) {
            assertThat(child.awaitExit()).as("%s", child).isEqualTo(2);
            assertThat(child.output()).isEmpty();
            assertThat(child.errors()).first().isEqualTo(message);
            assertThat(child.errors())
                    .anyMatch(line -> line.startsWith("  echo "))
                    .anyMatch(line -> line.startsWith("  http "))
                    .anyMatch(line -> line.startsWith("  doctor "));
        }
    }

    @Test
    void helpIsNoMistake() throws IOException {
        try (ChildJvm child = ChildJvm.start(Launcher.class, "--help")) {
            assertThat(child.awaitExit()).isZero();
            assertThat(child.errors()).isEmpty();
            assertThat(child.output()).anyMatch(line -> line.startsWith("  echo "));
        }
    }

    @Test
    void versionAndRevision() throws IOException {
        assumeTrue(
                Files.exists(SCRIPT.resolveSibling("target/run.stamp")),
                "samples/run has not built the samples yet, and this test does not start another build within the"
                        + " build");
        try (ChildJvm child = ChildJvm.run(List.of(SCRIPT.toString(), "--version"))) {
            assertThat(child.awaitExit()).as("%s", child).isZero();
            assertThat(child.errors()).isEmpty();
            assertThat(child.output())
                    .singleElement()
                    .asString()
                    .matches("Fluxring \\d+\\.\\d+\\.\\d+\\S*(, revision \\w+(-dirty)?)?");
        }
    }
}
