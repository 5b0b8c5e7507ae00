package io.fluxring.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.refusal.Host;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.ForwardingKernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings that are refused while the kernel still has what another one had locked. */
class LockedMemoryTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(8, 16);
    private static final String NO_CAPABILITY = "0000000000000000";
    private static final String ALL_CAPABILITIES = "000001ffffffffff";

    @TempDir
    Path root;

    /** The real one, which refuses the first set-ups. */
    private static final class Refusing extends ForwardingKernel {
        private final int times;
        private final Errno errno;
        private int setups;

        Refusing(int times, Errno errno) {
            this.times = times;
            this.errno = errno;
        }

        @Override
        public int setup(int entries, MemorySegment params) {
            return setups++ < times ? errno.result() : super.setup(entries, params);
        }
    }

    private Host host(String limit, String capabilities) throws IOException {
        write("proc/self/uid_map", "         0          0 4294967295\n");
        write("proc/thread-self/status", "Name:\tjava\nCapEff:\t" + capabilities + "\nSeccomp:\t0\n");
        write(
                "proc/self/limits",
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + String.format("%-26s%-21s%-21s%-10s%n", "Max locked memory", limit, "unlimited", "bytes"));
        return new Host(root, "Linux", "amd64", "6.18.44");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String exactly() {
        return String.valueOf(Refusal.lockedBytes(SMALL));
    }

    @Test
    void whatIsGivenBackLateIsWaitedFor() throws IOException {
        Refusing kernel = new Refusing(5, Errno.ENOMEM);
        try (Ring ring = RingSetup.open(kernel, SMALL, host(exactly(), NO_CAPABILITY))) {
            ring.enable();
        }
        assertThat(kernel.setups).isEqualTo(6);
    }

    @Test
    void notForEverAndNotInSilence() throws IOException {
        Refusing kernel = new Refusing(Integer.MAX_VALUE, Errno.ENOMEM);
        Host host = host(exactly(), NO_CAPABILITY);
        long start = System.nanoTime();
        assertThatThrownBy(() -> RingSetup.open(kernel, SMALL, host))
                .isInstanceOfSatisfying(RingUnavailableException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.LOCKED_MEMORY_LIMIT);
                    assertThat(e.found())
                            .endsWith("leaves no room for a ring of 8 and 16 entries, 8 KiB (ENOMEM); waited 200 ms for"
                                    + " the kernel to give back what rings that have ended had locked");
                    assertThat(e.remedy()).startsWith("raise it");
                });
        assertThat(System.nanoTime() - start).isBetween(200_000_000L, 5_000_000_000L);
        assertThat(kernel.setups).isBetween(2, 201);
    }

    /** Where a wait can't help there is none: without a limit, for more than the limit, for another reason. */
    @ParameterizedTest
    @CsvSource({
        "ENOMEM, unlimited, " + NO_CAPABILITY,
        "ENOMEM, 8191,      " + NO_CAPABILITY,
        "ENOMEM, 8388608,   " + ALL_CAPABILITIES,
        "ENOMEM, strange,   " + NO_CAPABILITY,
        "EMFILE, 8388608,   " + NO_CAPABILITY,
        "ENFILE, 8388608,   " + NO_CAPABILITY,
        "EPERM,  8388608,   " + NO_CAPABILITY,
        "EAGAIN, 8388608,   " + NO_CAPABILITY,
        "ENOSYS, 8388608,   " + NO_CAPABILITY
    })
    void noOtherRefusalIsDelayed(Errno errno, String limit, String capabilities) throws IOException {
        Refusing kernel = new Refusing(Integer.MAX_VALUE, errno);
        Host host = host(limit, capabilities);
        assertThatThrownBy(() -> RingSetup.open(kernel, SMALL, host))
                .isInstanceOf(RingUnavailableException.class)
                .message()
                .doesNotContain("waited");
        assertThat(kernel.setups).isEqualTo(1);
    }

    @Test
    void anInterruptedThreadDoesNotWait() throws IOException {
        Refusing kernel = new Refusing(Integer.MAX_VALUE, Errno.ENOMEM);
        Host host = host(exactly(), NO_CAPABILITY);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> RingSetup.open(kernel, SMALL, host)).isInstanceOf(RingUnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(kernel.setups).isEqualTo(1);
    }
}
