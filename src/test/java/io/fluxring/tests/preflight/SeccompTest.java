package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A filter as container runtimes install one. */
class SeccompTest {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    @TempDir
    static Path folder;

    private static String filter = "";

    @BeforeAll
    static void compile() throws IOException {
        Path source = folder.resolve("filter.c");
        try (InputStream text = SeccompTest.class.getResourceAsStream("filter.c")) {
            assertThat(text).isNotNull();
            Files.copy(text, source);
        }
        Path program = folder.resolve("filter");
        assumeTrue(canCompile(), "there is no C compiler with the kernel's headers to make a seccomp filter with");
        Ended compiler = Ended.of(List.of("cc", "-Wall", "-o", program.toString(), source.toString()));
        assertThat(compiler.status()).as("%s", compiler).isZero();
        filter = program.toString();
    }

    private static boolean canCompile() throws IOException {
        Path headers =
                Files.writeString(folder.resolve("headers.c"), "#include <linux/seccomp.h>\n#include <stdio.h>\n");
        return Ended.of(List.of("bash", "-c", "cc -E " + headers)).status() == 0;
    }

    @Test
    void forbids() throws IOException {
        Refused.everywhere(
                Jvm.plain().under(filter, String.valueOf(EPERM)),
                Reason.FORBIDDEN_BY_SECCOMP,
                "seccomp",
                "a seccomp filter forbids io_uring (EPERM)",
                "run with a profile that allows io_uring_setup, io_uring_enter and io_uring_register");
    }

    /** For the caller as on a kernel that has no io_uring; but the filter is there to be seen. */
    @Test
    void hides() throws IOException {
        Refused.everywhere(
                Jvm.plain().under(filter, String.valueOf(ENOSYS)),
                Reason.FORBIDDEN_BY_SECCOMP,
                "seccomp",
                "a seccomp filter hides io_uring (ENOSYS)",
                "run with a profile that allows io_uring_setup, io_uring_enter and io_uring_register");
    }
}
