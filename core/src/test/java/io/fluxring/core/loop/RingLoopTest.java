package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop on the real kernel. */
class RingLoopTest {
    private static final RingLoopConfig SMALL =
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 64));

    private final ForeignLoop foreign = new ForeignLoop(SMALL);
    private final RingLoop loop = foreign.loop;

    @AfterEach
    void close() {
        foreign.close();
    }

    @Test
    void operationsBeyondTheQueueWaitTheirTurn() {
        List<TestOperation> operations = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            TestOperation operation = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop());
            operations.add(operation);
            loop.submit(operation);
        }
        foreign.until(() -> operations.stream().noneMatch(Operation::isLive));
        assertThat(operations)
                .allSatisfy(operation -> assertThat(operation.results).containsExactly(0));
    }

    @Test
    void anOperationMayBeSubmittedAgainFromItsCompletion() {
        AtomicInteger times = new AtomicInteger();
        TestOperation again = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()) {
            @Override
            protected void completed(int result, int flags) {
                if (times.incrementAndGet() < 50) {
                    loop.submit(this);
                }
            }
        };
        loop.submit(again);
        foreign.until(() -> times.get() == 50);
        assertThat(loop.liveOperations()).isZero();
    }

    @Test
    void aCancelBeforeTheSubmissionIsFree() {
        List<TestOperation> operations = new ArrayList<>();
        for (int i = 0; i < 10; i++) { // more than the queue has room for
            TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(999_999, Libc.POLLIN));
            operations.add(poll);
            loop.submit(poll);
        }
        TestOperation waiting = operations.getLast();
        assertThat(waiting.state()).isEqualTo(Operation.State.QUEUED);
        loop.cancel(waiting);
        loop.cancel(waiting);
        foreign.until(() -> operations.stream().noneMatch(Operation::isLive));
        assertThat(waiting.results).containsExactly(Errno.ECANCELED.result());
        assertThat(operations.getFirst().results).containsExactly(Errno.EBADF.result());
    }

    @Test
    void aCancelInTheKernelEndsWithTheOperationsOwnCompletion() {
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPollMultishot(eventFd, Libc.POLLIN));
        loop.submit(poll);
        loop.tick(0);
        loop.cancel(poll);
        assertThat(poll.state()).isEqualTo(Operation.State.CANCELLING);
        foreign.until(() -> !poll.isLive());
        assertThat(poll.results).containsExactly(Errno.ECANCELED.result());
        Kernel.linux().close(eventFd);
    }

    @Test
    void aCancelThatComesTooLateChangesNothing() {
        TestOperation nop = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop());
        loop.submit(nop);
        loop.cancel(nop); // behind the NOP in the same batch
        foreign.until(() -> !nop.isLive());
        assertThat(nop.results).containsExactly(0);
        loop.cancel(nop);
        assertThat(nop.state()).isEqualTo(Operation.State.DONE);
    }

    @Test
    void aHandlerThatThrowsHarmsNobodyElse() {
        TestOperation throwing = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()) {
            @Override
            protected void completed(int result, int flags) {
                throw new IllegalStateException("expected by the test");
            }
        };
        TestOperation other = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop());
        loop.submit(throwing);
        loop.submit(other);
        foreign.until(() -> !other.isLive() && !throwing.isLive());
        assertThat(loop.counters().get(Counter.HANDLER_FAILURES)).isEqualTo(1);
    }

    @Test
    void anOperationThatCannotBePreparedIsNotInFlight() {
        TestOperation broken = new TestOperation(Opcode.NOP, sqe -> {
            throw new IllegalArgumentException("expected by the test");
        });
        assertThatThrownBy(() -> loop.submit(broken)).isInstanceOf(IllegalArgumentException.class);
        assertThat(broken.isLive()).isFalse();
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop())).isZero();
    }

    @Test
    void anOperationThatCannotBePreparedLaterEndsWithAnError() {
        List<TestOperation> line = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // more than the queue has room for
            boolean broken = i == 10;
            TestOperation operation = new TestOperation(Opcode.NOP, sqe -> {
                if (broken) {
                    throw new IllegalArgumentException("expected by the test");
                }
                sqe.prepNop();
            });
            line.add(operation);
            loop.submit(operation);
        }
        foreign.until(() -> line.stream().noneMatch(Operation::isLive));
        assertThat(line.get(10).results).containsExactly(Errno.EINVAL.result());
        assertThat(line.get(11).results).containsExactly(0);
    }

    @Test
    void deadlinesEndAWait() {
        List<String> order = new ArrayList<>();
        loop.schedule(() -> order.add("late"), 20_000_000L);
        loop.schedule(() -> order.add("early"), 5_000_000L);
        Deadline never = loop.schedule(() -> order.add("never"), 10_000_000L);
        loop.unschedule(never);
        long start = System.nanoTime();
        foreign.until(() -> order.size() == 2);
        assertThat(order).containsExactly("early", "late");
        assertThat(System.nanoTime() - start).isGreaterThan(19_000_000L);
    }

    @Test
    void otherThreadsEndAWait() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            started.countDown();
            for (int i = 0; i < 1000; i++) {
                loop.execute(runs::incrementAndGet);
            }
        });
        other.start();
        started.await();
        long limit = System.nanoTime() + 10_000_000_000L;
        while (runs.get() < 1000 && System.nanoTime() < limit) {
            loop.tick(1_000_000_000L);
        }
        other.join();
        assertThat(runs).hasValue(1000);
    }

    @Test
    void noWakeUpIsLostBetweenManyThreadsAndALoopThatKeepsFallingAsleep() throws InterruptedException {
        try (RingLoop own = RingLoop.open(SMALL).start(task -> new Thread(task, "fluxring-test"))) {
            for (int round = 0; round < 2000; round++) {
                CountDownLatch done = new CountDownLatch(2);
                Thread.startVirtualThread(() -> own.execute(done::countDown));
                own.execute(done::countDown);
                assertThat(done.await(10, TimeUnit.SECONDS))
                        .as("round %d, %s", round, own)
                        .isTrue();
            }
        }
    }

    @Test
    void otherThreadsAreRefused() throws InterruptedException {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        Thread other = new Thread(() -> loop.tick(0));
        other.setUncaughtExceptionHandler((thread, e) -> refusal.set(e));
        other.start();
        other.join();
        assertThat(refusal.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("loop's thread");
    }

    @Test
    void virtualThreadsAreRefused() throws InterruptedException {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        Thread.ofVirtual()
                .uncaughtExceptionHandler((thread, e) -> refusal.set(e))
                .start(() -> {
                    try (RingLoop other = RingLoop.open(SMALL)) {
                        other.attach();
                    }
                })
                .join();
        assertThat(refusal.get()).hasMessageContaining("virtual");
    }

    @Test
    void aTickWithinAHandlerIsRefused() {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        TestOperation nested = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()) {
            @Override
            protected void completed(int result, int flags) {
                try {
                    loop.tick(0);
                } catch (IllegalStateException e) {
                    refusal.set(e);
                }
            }
        };
        loop.submit(nested);
        foreign.until(() -> refusal.get() != null);
        assertThat(refusal.get()).hasMessageContaining("must not tick");
    }

    @Test
    void aCloseCallsOffWhatIsPending() {
        List<TestOperation> pending = new ArrayList<>();
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        try (ForeignLoop other = new ForeignLoop(SMALL)) {
            for (int i = 0; i < 100; i++) { // more than slots
                TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
                pending.add(poll);
                other.loop.submit(poll);
            }
            other.loop.tick(0);
        }
        assertThat(pending).allSatisfy(poll -> assertThat(poll.results).containsExactly(Errno.ECANCELED.result()));
        Kernel.linux().close(eventFd);
    }

    @Test
    void aClosedLoopTakesNoTasks() {
        RingLoop own = RingLoop.open(SMALL).start(task -> new Thread(task, "fluxring-test"));
        own.close();
        own.closed().join();
        own.close();
        assertThatThrownBy(() -> own.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        own.signal(() -> {
            throw new AssertionError("must not run");
        });
    }

    @Test
    void aLoopThatNeverStartedCanBeClosed() {
        RingLoop idle = RingLoop.open(SMALL);
        idle.close();
        idle.close();
        assertThat(idle.closed()).isCompleted();
    }

    @Test
    void closeHooksRunFirst() {
        AtomicInteger live = new AtomicInteger(-1);
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        try (ForeignLoop other = new ForeignLoop(SMALL)) {
            TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
            other.loop.submit(poll);
            other.loop.addCloseHook(() -> live.set(other.loop.liveOperations()));
        }
        assertThat(live).hasValue(1);
        Kernel.linux().close(eventFd);
    }

    @Test
    void tellsWhatIsInFlight() {
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
        loop.submit(poll);
        assertThat(loop.dump()).contains("RingLoop[Ring[fd=", "POLL_ADD", "IN_KERNEL", "wake-up");
        loop.cancel(poll);
        foreign.until(() -> !poll.isLive());
        Kernel.linux().close(eventFd);
    }

    @Test
    void directDescriptorsBeyondTheLimitAreRefusedWithTheRemedy() {
        try (RingLoop other = RingLoop.open(SMALL.withDirectDescriptors(10_000_000))) {
            assertThatThrownBy(() -> other.start(task -> new Thread(task, "fluxring-test")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("10000000 direct descriptors");
        }
    }
}
