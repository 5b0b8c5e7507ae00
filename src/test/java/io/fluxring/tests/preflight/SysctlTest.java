package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * {@code kernel.io_uring_disabled} is the whole machine's. At 1 it concerns those without rights only, and this test's processes
 * are the only ones of their user; 2 would concern everybody and is not tried. It is set for as short a time as can be, by one
 * build at a time, and set back in any case.
 */
@ResourceLock("kernel.io_uring_disabled")
class SysctlTest {
    private static final Path SETTING = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final Path LOCK = Path.of(System.getProperty("java.io.tmpdir"), "fluxring-io_uring_disabled.lock");

    @TempDir
    Path folder;

    @Test
    void reservedForThePrivileged() throws IOException {
        assumeTrue(Files.exists(SETTING), "before Linux 6.6 there is no such setting");
        assumeTrue(Files.isWritable(SETTING), "only root may change the setting, and not in every container");
        Unprivileged user = new Unprivileged(folder);
        Thread atTheLatest = new Thread(() -> set("0"));
        try (FileChannel file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            assertThat(lock.isValid()).isTrue();
            assumeTrue(Files.readString(SETTING).strip().equals("0"), "io_uring is switched off here already");
            Runtime.getRuntime().addShutdownHook(atTheLatest);
            try {
                set("1");
                Refused.everywhere(
                        user.jvm(),
                        Reason.DISABLED_BY_SYSCTL,
                        "kernel.io_uring_disabled",
                        "io_uring is reserved for privileged processes on this machine (kernel.io_uring_disabled=1)",
                        "an administrator can allow it with sysctl kernel.io_uring_disabled=0",
                        "kernel.io_uring_group=GID");
                Ended privileged = Jvm.plain().run(Launcher.class, "doctor");
                assertThat(privileged.flatOutput())
                        .contains("ok kernel.io_uring_disabled 1, and this process is one of those that may");
                assertThat(privileged.status()).isZero();
            } finally {
                set("0");
                Runtime.getRuntime().removeShutdownHook(atTheLatest);
            }
        }
        Ended allowed = user.jvm().run(Launcher.class, "doctor");
        assertThat(allowed.status()).as("%s", allowed).isZero();
    }

    private static void set(String value) {
        try {
            Files.writeString(SETTING, value + "\n", StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
