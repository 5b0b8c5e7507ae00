package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handlers and preparations that cancel and submit others while the loop is at work on those. */
@ExtendWith(QuietLog.class)
class InterferenceTest {
    private static final int CANCELLED = Errno.ECANCELED.result();

    private final ForeignLoop foreign = new ForeignLoop(
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 8)));
    private final RingLoop loop = foreign.loop;
    private final Kernel kernel = Kernel.linux();
    private final int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);

    @AfterEach
    void close() {
        foreign.close();
        kernel.close(eventFd);
    }

    /** Runs something when it ends. */
    private static final class Ending extends TestOperation {
        private final Runnable atEnd;

        Ending(Opcode opcode, Consumer<Sqe> preparation, Runnable atEnd) {
            super(opcode, preparation);
            this.atEnd = atEnd;
        }

        @Override
        protected void completed(int result, int completionFlags) {
            super.completed(result, completionFlags);
            atEnd.run();
        }
    }

    private static TestOperation nop(int result) {
        return new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(result));
    }

    private TestOperation poll() {
        return new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
    }

    /** As many as the submission queue has entries, so that what follows stands in line. */
    private void crowd() {
        for (int i = 0; i < 4; i++) {
            loop.submit(nop(0));
        }
    }

    private void await(TestOperation... operations) {
        foreign.until(() -> Arrays.stream(operations).noneMatch(Operation::isLive));
    }

    @Test
    void theEndOfOneInLineCancelsAnother() {
        TestOperation second = nop(2);
        TestOperation third = nop(3);
        TestOperation first = new Ending(Opcode.NOP, sqe -> sqe.prepNop(1), () -> loop.cancel(second));
        List<TestOperation> polls = new ArrayList<>();
        polls.add(new Ending(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN), () -> loop.cancel(first)));
        for (int i = 1; i < 8; i++) { // as many as there are slots
            polls.add(poll());
        }
        polls.forEach(loop::submit);
        foreign.until(() -> polls.stream().allMatch(each -> each.state() == Operation.State.IN_KERNEL));
        loop.submit(first);
        loop.submit(second);
        loop.submit(third);
        loop.cancel(polls.getFirst()); // makes room for one, and has the first in line cancelled
        await(first, second, third);
        assertThat(first.results).containsExactly(CANCELLED);
        assertThat(second.results).containsExactly(CANCELLED);
        assertThat(third.results).containsExactly(3);
        kernel.signalEventFd(eventFd);
        foreign.until(() -> loop.liveOperations() == 0);
    }

    @Test
    void oneThatCannotBePreparedLateCancelsTheNext() {
        crowd();
        TestOperation next = nop(2);
        Ending broken = new Ending(
                Opcode.NOP,
                sqe -> {
                    throw new IllegalArgumentException("expected by the test");
                },
                () -> loop.cancel(next));
        loop.submit(broken);
        loop.submit(next);
        await(broken, next);
        assertThat(broken.results).containsExactly(Errno.EINVAL.result());
        assertThat(next.results).containsExactly(CANCELLED);
        foreign.until(() -> loop.liveOperations() == 0);
    }

    @Test
    void aPreparationCancelsItsOwnOperationAndALaterOneFails() {
        TestOperation[] chain = new TestOperation[2];
        chain[0] = new TestOperation(Opcode.NOP, sqe -> {
            loop.cancel(chain[0]);
            sqe.prepNop(1);
        });
        chain[1] = new TestOperation(Opcode.NOP, sqe -> {
            throw new IllegalArgumentException("expected by the test");
        });
        assertThatThrownBy(() -> loop.submitChain(chain)).hasMessageContaining("expected");
        assertThat(chain).noneMatch(Operation::isLive);
        assertThat(loop.liveOperations()).isZero();
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(6))).isEqualTo(6);
    }

    @Test
    void aPreparationCancelsALaterMemberOfItsChain() {
        TestOperation[] chain = new TestOperation[3];
        chain[0] = new TestOperation(Opcode.NOP, sqe -> {
            loop.cancel(chain[1]);
            sqe.prepNop(1);
        });
        chain[1] = poll();
        chain[2] = nop(3);
        loop.submitChain(chain);
        await(chain);
        assertThat(chain[0].results).containsExactly(1);
        assertThat(chain[1].results).containsExactly(CANCELLED);
        assertThat(chain[2].results).containsExactly(CANCELLED);

        crowd();
        for (TestOperation member : chain) {
            member.results.clear();
        }
        loop.submitChain(chain);
        assertThat(chain[0].state()).isEqualTo(Operation.State.QUEUED);
        await(chain);
        assertThat(chain[0].results).containsExactly(1);
        assertThat(chain[1].results).containsExactly(CANCELLED);
        assertThat(chain[2].results).containsExactly(CANCELLED);
        foreign.until(() -> loop.liveOperations() == 0);
    }

    /** Nothing may be left with the kernel when the memory is freed, whoever submitted it at the last moment. */
    @Test
    void whatIsSubmittedWhileTheWakeUpEndsIsAwaited() {
        List<TestOperation> late = new ArrayList<>();
        List<Boolean> freed = new ArrayList<>();
        try (ForeignLoop other = new ForeignLoop(RingLoopConfig.defaults())) {
            RingLoop ending = other.loop;
            MemorySegment memory = ending.memory().allocate(8, 8);
            // Seen when the loop has nothing in flight: with the cancel of the wake-up, or in the last run of the
            // tasks.
            TestOperation read =
                    new TestOperation(
                            Opcode.READ, sqe -> sqe.prepRead(eventFd, memory.address(), (int) memory.byteSize(), -1)) {
                        @Override
                        protected void completed(int result, int completionFlags) {
                            super.completed(result, completionFlags);
                            freed.add(!memory.scope().isAlive());
                        }
                    };
            late.add(read);
            Thread later = new Thread(() -> ending.signal(() -> ending.submit(read)));
            ending.addCloseHook(() -> {
                later.start(); // offers while the hook runs: its task is run by the first tick, which ends the wake-up
                joinUninterrupted(later);
            });
            ending.tick(0);
        }
        assertThat(late.getFirst().results).containsExactly(CANCELLED);
        assertThat(freed).containsExactly(false);
    }

    private static void joinUninterrupted(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
