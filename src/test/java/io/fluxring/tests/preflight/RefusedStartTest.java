package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the JVM and the system call itself refuse. Another byte order can't be provoked: there is no such processor that Java 25
 * runs Linux on but s390x.
 */
class RefusedStartTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final Path SAMPLES =
            Path.of("../../samples/target").toAbsolutePath().normalize();

    @Test
    void anotherSystem() throws IOException {
        Refused.everywhere(
                Jvm.plain().with("-Dos.name=FreeBSD"),
                Reason.PLATFORM,
                "operating system",
                "io_uring is a part of Linux, and this is FreeBSD",
                "use another transport here");
    }

    @Test
    void deniedNativeAccess() throws IOException {
        Refused.everywhere(
                Jvm.plain().withoutNativeAccess().with("--illegal-native-access=deny"),
                Reason.NATIVE_ACCESS_DENIED,
                "native access",
                "the JVM denies native access",
                "start it with --enable-native-access=ALL-UNNAMED");
    }

    /** On the module path it is the module that must be named. */
    @Test
    void deniedNativeAccessOfTheModule() throws IOException {
        assumeTrue(Files.isDirectory(SAMPLES.resolve("lib")), "the samples were not packaged by this build");
        String remedy = "the JVM denies native access: start it with --enable-native-access=io.fluxring.core";
        Ended echo = onTheModulePath("--illegal-native-access=deny", "echo");
        assertThat(echo.errors()).containsExactly("echo: " + remedy);
        assertThat(echo.status()).isEqualTo(2);
        Ended doctor = onTheModulePath("--illegal-native-access=deny", "doctor");
        assertThat(doctor.output().getLast()).isEqualTo("io_uring can't be used here: " + remedy);
        assertThat(doctor.flatOutput()).contains("trial ring not tried");
        assertThat(doctor.status()).isEqualTo(2);
    }

    /** Where the JVM only warns, so does the doctor. */
    @Test
    void nativeAccessWithAWarning() throws IOException {
        assumeTrue(Files.isDirectory(SAMPLES.resolve("lib")), "the samples were not packaged by this build");
        Ended doctor = onTheModulePath("--illegal-native-access=warn", "doctor");
        assertThat(doctor.flatOutput())
                .contains("warning native access not enabled", "-> start the JVM with --enable-native-access=")
                .contains("--enable-native-access=io.fluxring.core")
                .endsWith("io_uring works here");
        assertThat(doctor.status()).isZero();
    }

    private static Ended onTheModulePath(String option, String sample) throws IOException {
        List<String> jars = new ArrayList<>();
        for (Path each : List.of(SAMPLES, SAMPLES.resolve("lib"))) {
            try (Stream<Path> files = Files.list(each)) {
                files.map(Path::toString).filter(name -> name.endsWith(".jar")).forEach(jars::add);
            }
        }
        return Ended.of(List.of(
                Jvm.java().toString(),
                option,
                "-p",
                String.join(":", jars),
                "-m",
                "io.fluxring.samples/" + Launcher.class.getName(),
                sample));
    }

    /** Answers that this kernel does not give of itself, injected into the system call. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ENOSYS | KERNEL_TOO_OLD | kernel | has no io_uring (ENOSYS): Linux 6.1 or newer is needed",
                "EINVAL | KERNEL_TOO_OLD | kernel | configuration (EINVAL): Linux 6.1 or newer is needed",
                "EPERM  | FORBIDDEN_BY_SECURITY_MODULE | security module | (EPERM): look for the denial in the"
                        + " system's audit log",
                "EACCES | FORBIDDEN_BY_SECURITY_MODULE | security module | (EACCES): look for the denial in the"
                        + " system's audit log",
                "ENFILE | DESCRIPTOR_LIMIT | open files | (ENFILE): the machine has as many open files as it may: an"
                        + " administrator can raise the limit with sysctl fs.file-max",
                "EIO    | OTHER | trial ring | io_uring_setup failed with EIO (input/output error)"
            })
    void answersOfTheSystemCall(String error, Reason reason, String finding, String words) throws IOException {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        assumeTrue(
                !Files.readString(Path.of("/proc/self/status")).contains("Seccomp:\t2"),
                "this process is under a seccomp filter, which explains every refusal");
        Refused.everywhere(
                Jvm.plain()
                        .under(
                                STRACE.toString(),
                                "-f",
                                "-qq",
                                "-o",
                                "/dev/null",
                                "-e",
                                "trace=io_uring_setup",
                                "-e",
                                "inject=io_uring_setup:error=" + error),
                reason,
                finding,
                words.split(": "));
    }
}
