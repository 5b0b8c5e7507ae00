package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that are no text. */
class RawNamesTest {
    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    @Test
    void anyNameThatLinuxAllows() throws IOException {
        RawNames.roundTrip(guard.ring(), directory);
    }

    @ParameterizedTest
    @CsvSource({"C, ANSI_X3.4-1968", "C.UTF-8, UTF-8"})
    void underAnyEncoding(String locale, String encoding) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "LC_ALL=" + locale));
        command.addAll(ChildJvm.command(RawNames.class, directory.toString()));
        try (ChildJvm child = ChildJvm.run(command)) {
            assertThat(child.awaitExit()).as(child.toString()).isZero();
            assertThat(child.output())
                    .containsExactly(encoding + " works; STATX " + directory
                            + "/\\xff\\xc3\\xbc\\x0a: ENOENT (no such file or directory)");
        }
    }
}
