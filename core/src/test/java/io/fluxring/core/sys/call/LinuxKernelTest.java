package io.fluxring.core.sys.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What calls outside of a ring cost, and that threads do not read each other's errno. */
class LinuxKernelTest {
    /** Of 8,000 calls: room for what the measurement takes. An arena for each call would be 800,000. */
    private static final long MOST_BYTES = 1_000;

    /** Long enough for the compiler to be done on a busy machine. */
    private static final long LIMIT_NANOS = 20_000_000_000L;

    private final Kernel kernel = Kernel.linux();

    @Test
    void callsAllocateNothing() {
        int socket = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(SocketAddresses.MAX_BYTES, 4);
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            // Interpreted code allocates: what counts is the round after the compiler's last.
            long end = System.nanoTime() + LIMIT_NANOS;
            while (least > MOST_BYTES && System.nanoTime() - end < 0) {
                long before = threads.getCurrentThreadAllocatedBytes();
                calls(socket, name, 2_000);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isLessThanOrEqualTo(MOST_BYTES);
        } finally {
            kernel.close(socket);
        }
    }

    private void calls(int socket, MemorySegment name, int count) {
        for (int i = 0; i < count; i++) {
            kernel.socketName(socket, name);
            kernel.peerName(socket, name);
            kernel.setSocketOption(socket, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, i & 1);
            kernel.getSocketOption(socket, Libc.IPPROTO_TCP, Libc.TCP_NODELAY);
        }
    }

    @Test
    void aDuplicateOutlivesItsOriginal() {
        int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);
        int duplicate = kernel.duplicate(eventFd);
        try {
            assertThat(duplicate).isNotEqualTo(eventFd).isNotNegative();
            assertThat(kernel.close(eventFd)).isZero();
            assertThat(kernel.signalEventFd(duplicate)).isZero();
            assertThat(kernel.duplicate(eventFd)).isEqualTo(Errno.EBADF.result());
        } finally {
            assertThat(kernel.close(duplicate)).isZero();
        }
    }

    @Test
    void eachThreadReadsItsOwnResults() throws Exception {
        int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                boolean bad = (thread & 1) == 0;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        int result = kernel.shutdown(bad ? -1 : eventFd, Libc.SHUT_WR);
                        assertThat(result).isEqualTo((bad ? Errno.EBADF : Errno.ENOTSOCK).result());
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            kernel.close(eventFd);
        }
    }
}
