package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.register.Mailbox;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages to a ring from threads that have none. */
class MailboxTest {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final KernelRing ring = KernelRing.open();
    private final Mailbox mailbox = new Mailbox(ring.ring().handle());

    @AfterEach
    void close() {
        ring.close();
    }

    private static int byAnotherThread(java.util.function.IntSupplier call) {
        return CompletableFuture.supplyAsync(call::getAsInt).join();
    }

    @Test
    @Shows(registers = RegisterOperation.SEND_MSG_RING)
    void anyThreadSends() {
        assertThat(byAnotherThread(() -> mailbox.send(Long.MIN_VALUE + 7, -5))).isZero();
        assertThat(ring.await()).isEqualTo(new Cqe(Long.MIN_VALUE + 7, -5, 0));
        assertThat(mailbox.send(8, 1)).as("the owner itself").isZero();
        assertThat(ring.await()).isEqualTo(new Cqe(8, 1, 0));
        assertThat(byAnotherThread(() -> mailbox.send(9, Integer.MAX_VALUE, Abi.CQE_F_SOCK_NONEMPTY)))
                .isZero();
        assertThat(ring.await()).isEqualTo(new Cqe(9, Integer.MAX_VALUE, Abi.CQE_F_SOCK_NONEMPTY));
    }

    @Test
    @Shows(registers = RegisterOperation.SEND_MSG_RING)
    void aMessageWakesAnOwnerThatSleepsInTheKernel() throws IOException {
        Path self = Path.of("/proc/thread-self").toRealPath();
        CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> {
            awaitSleepOf(self);
            return mailbox.send(1, 42);
        });

        long start = System.nanoTime();
        int result = ring.ring().submitAndWait(1, 6 * LIMIT_NANOS, 0);

        assertThat(result).isZero();
        assertThat(System.nanoTime() - start).isLessThan(2 * LIMIT_NANOS);
        assertThat(sent.join()).isZero();
        assertThat(ring.takeReady()).containsExactly(new Cqe(1, 42, 0));
    }

    /** Until the thread is in an enter that waits, or the limit is over. */
    private static void awaitSleepOf(Path task) {
        try {
            long deadline = System.nanoTime() + LIMIT_NANOS;
            while (!(Files.readString(task.resolve("syscall")).startsWith(Abi.SYS_IO_URING_ENTER + " ")
                    && Files.readString(task.resolve("status")).contains("State:\tS"))) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("the owner never slept");
                }
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Shows(registers = RegisterOperation.SEND_MSG_RING, behaviour = "msg-ring-overflow")
    void moreMessagesThanTheQueueHoldsAreAllThere() {
        int count = 3 * ring.ring().completions().capacity();
        assertThat(byAnotherThread(() -> {
                    int failed = 0;
                    for (int i = 0; i < count; i++) {
                        failed += mailbox.send(i, i) == 0 ? 0 : 1;
                    }
                    return failed;
                }))
                .isZero();

        List<Cqe> cqes = ring.await(count);

        assertThat(cqes)
                .extracting(Cqe::userData)
                .containsExactlyElementsOf(LongStream.range(0, count).boxed().toList());
        assertThat(ring.ring().dropped()).isZero();
    }

    @Test
    @Shows(registers = RegisterOperation.SEND_MSG_RING)
    void aRingThatIsNotOpenTakesNothing() {
        try (KernelRing disabled = KernelRing.openDisabled(RingConfig.defaults().withEntries(8, 16))) {
            Mailbox closedLater = new Mailbox(disabled.ring().handle());
            assertThat(closedLater.send(1, 1)).isEqualTo(Errno.EBADFD.result());
            Ring other = disabled.ring();
            other.close();
            assertThat(byAnotherThread(() -> closedLater.send(1, 1))).isEqualTo(Errno.EBADF.result());
        }
    }
}
