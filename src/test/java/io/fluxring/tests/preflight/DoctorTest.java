package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/run doctor} where rings can be had. */
class DoctorTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");

    @Test
    void tellsWhatTheKernelGives() throws IOException {
        Capabilities here = Preflight.check().capabilities().orElseThrow();
        Ended doctor = Jvm.plain().run(Launcher.class, "doctor");
        assertThat(doctor.status()).as("%s", doctor).isZero();
        assertThat(doctor.errors()).isEmpty();
        assertThat(doctor.output())
                .allMatch(line -> line.length() <= 100)
                .last()
                .isEqualTo("io_uring works here");
        assertThat(doctor.flatOutput())
                .contains("ok native access enabled", "ok trial ring set up, enabled, ran a NOP, closed")
                .contains("release " + here.kernelRelease() + " setup flags CQSIZE, R_DISABLED, SUBMIT_ALL")
                .contains("features SINGLE_MMAP, NODROP, SUBMIT_STABLE, ")
                .contains("registered ring " + (here.registeredRing() ? "yes" : "no"))
                .contains("operations " + here.operationCount() + " missing ones ")
                .doesNotContain("REFUSED");
    }

    @Test
    void theRingThatIsTriedIsTheOneAskedFor() throws IOException {
        Ended doctor = Jvm.plain().run(Launcher.class, "doctor", "--entries", "64", "--completions", "256", "--sqpoll");
        assertThat(doctor.status()).as("%s", doctor).isZero();
        assertThat(doctor.flatOutput())
                .contains("a ring of 64 and 256 entries takes 12 KiB", "setup flags SQPOLL, CQSIZE");
    }

    /** The probe of the operations is the first call that registers something: without it, none are known to be there. */
    @Test
    void missingOperationsAreNamed() throws IOException {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        Ended doctor = Jvm.plain()
                .under(
                        STRACE.toString(),
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=io_uring_register",
                        "-e",
                        "inject=io_uring_register:error=EINVAL:when=1")
                .run(Launcher.class, "doctor");
        assertThat(doctor.status()).as("%s", doctor).isZero();
        assertThat(doctor.flatOutput())
                .contains("operations 0 missing ones NOP (5.1), READV (5.1), ", ", SEND_ZC (6.0), SENDMSG_ZC (6.1), ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--entries 0", "--entries many", "--completions 70000", "--entries 64 --completions 8", "more"})
    void aMistakeIsOneLine(String options) throws IOException {
        Ended doctor = Jvm.plain().run(Launcher.class, ("doctor " + options).split(" "));
        assertThat(doctor.status()).isEqualTo(2);
        assertThat(doctor.errors())
                .singleElement()
                .asString()
                .startsWith("doctor: ")
                .doesNotContain("Exception");
        assertThat(doctor.output()).isEmpty();
    }
}
