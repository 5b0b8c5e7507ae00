package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancels at every moment of an operation's life, on the real kernel: exactly one end, whatever it is. */
class CancelTest {
    private static final int CANCELLED = Errno.ECANCELED.result();

    private final ForeignLoop foreign = new ForeignLoop(
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(8, 64)));
    private final RingLoop loop = foreign.loop;
    private final Kernel kernel = Kernel.linux();
    private final int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);

    @AfterEach
    void close() {
        foreign.close();
        kernel.close(eventFd);
    }

    private TestOperation poll() {
        return new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
    }

    private TestOperation submitted(TestOperation operation) {
        loop.submit(operation);
        return operation;
    }

    @Test
    void inALineThatDoesNotMove() {
        List<TestOperation> polls = new ArrayList<>();
        for (int i = 0; i < 100; i++) { // more than there are slots
            polls.add(submitted(poll()));
            loop.tick(0);
        }
        TestOperation last = polls.getLast();
        TestOperation middle = polls.get(80);
        assertThat(last.state()).isEqualTo(Operation.State.QUEUED);
        loop.cancel(last);
        loop.cancel(middle);
        loop.cancel(last);
        loop.tick(0);
        assertThat(last.results).containsExactly(CANCELLED);
        assertThat(middle.results).containsExactly(CANCELLED);
        assertThat(loop.liveOperations()).isEqualTo(98);
        assertThat(polls.stream().filter(Operation::isLive)).hasSize(98);
    }

    @Test
    void afterTheEntryIsWrittenAndBeforeTheKernelSeesIt() {
        TestOperation poll = submitted(poll());
        assertThat(poll.state()).isEqualTo(Operation.State.IN_KERNEL);
        loop.cancel(poll);
        foreign.until(() -> !poll.isLive());
        assertThat(poll.results).containsExactly(CANCELLED);
    }

    @Test
    void inTheKernelTwiceAndAfterTheEnd() {
        TestOperation poll = submitted(poll());
        loop.tick(0);
        loop.cancel(poll);
        loop.cancel(poll);
        foreign.until(() -> !poll.isLive());
        loop.cancel(poll);
        loop.tick(0);
        loop.tick(0);
        assertThat(poll.results).containsExactly(CANCELLED);
        assertThat(poll.state()).isEqualTo(Operation.State.DONE);
    }

    @Test
    void whenItHasCompletedAndNobodyHasLooked() {
        TestOperation poll = submitted(poll());
        loop.tick(0);
        kernel.signalEventFd(eventFd);
        loop.cancel(poll);
        foreign.until(() -> !poll.isLive());
        assertThat(poll.results).hasSize(1).isSubsetOf(Libc.POLLIN, CANCELLED);
    }

    /** The cancel of the one before must not hit the one that has its slot now. */
    @Test
    void ofAnEarlierOwnerOfTheSlot() {
        for (int i = 0; i < 100; i++) {
            TestOperation nop = submitted(new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()));
            loop.cancel(nop); // completes at once, so that the kernel does not find it
            foreign.until(() -> !nop.isLive());
            TestOperation successor = submitted(poll());
            loop.tick(0);
            loop.tick(0);
            assertThat(successor.results).isEmpty();
            loop.cancel(successor);
            foreign.until(() -> !successor.isLive());
            assertThat(successor.results).containsExactly(CANCELLED);
        }
    }

    @Test
    void inARaceWithTheCompletion() throws InterruptedException {
        int rounds = 2000;
        int[] outcomes = new int[2];
        AtomicInteger round = new AtomicInteger();
        int[] fds = new int[rounds];
        for (int i = 0; i < rounds; i++) {
            fds[i] = kernel.eventFd(Libc.EFD_CLOEXEC);
        }
        Thread signaller = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                while (round.get() <= i) {
                    Thread.onSpinWait();
                }
                kernel.signalEventFd(fds[i]);
            }
        });
        signaller.start();
        for (int i = 0; i < rounds; i++) {
            int fd = fds[i];
            TestOperation poll = submitted(new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(fd, Libc.POLLIN)));
            loop.tick(0);
            round.incrementAndGet();
            for (int spin = 0; spin < i % 100 * 20; spin++) {
                Thread.onSpinWait();
            }
            loop.cancel(poll);
            foreign.until(() -> !poll.isLive());
            assertThat(poll.results).hasSize(1);
            assertThat(poll.last()).isIn(Libc.POLLIN, CANCELLED);
            outcomes[poll.last() == CANCELLED ? 0 : 1]++;
        }
        signaller.join();
        for (int fd : fds) {
            kernel.close(fd);
        }
        assertThat(outcomes[0] + outcomes[1]).isEqualTo(rounds);
        assertThat(loop.liveOperations()).isZero();
    }

    @Test
    void ofAMultishotWithCompletionsOnTheirWay() {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(64, 8));
        try (Loopback loopback = new Loopback(foreign)) {
            Socket client = loopback.connect();
            int fd = loopback.accept();
            byte[] sent = new byte[200];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (byte) i;
            }
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            TestOperation receive =
                    new TestOperation(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(fd, buffers.group())) {
                        @Override
                        protected void completed(int result, int completionFlags) {
                            super.completed(result, completionFlags);
                            BufferLease lease = buffers.take(result, completionFlags, null);
                            if (lease != null) {
                                received.writeBytes(lease.toByteArray());
                                lease.release();
                            }
                        }
                    };
            loop.submit(receive);
            loop.tick(0);
            Loopback.send(client, sent);
            loop.cancel(receive); // the bytes are there, their completions may be
            foreign.until(() -> !receive.isLive());
            assertThat(receive.flags.getLast() & Abi.CQE_F_MORE).isZero();
            assertThat(receive.flags.subList(0, receive.flags.size() - 1))
                    .allMatch(flags -> (flags & Abi.CQE_F_MORE) != 0);
            while (received.size() < sent.length) { // what the cancelled one has not taken is still there
                loop.submit(receive);
                int before = received.size();
                foreign.until(() -> received.size() > before || !receive.isLive());
                loop.cancel(receive);
                foreign.until(() -> !receive.isLive());
            }
            assertThat(received.toByteArray()).isEqualTo(sent);
            assertThat(buffers.free()).isEqualTo(64);
        }
    }

    @Test
    void fromItsOwnHandler() {
        TestOperation[] poll = new TestOperation[1];
        poll[0] = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPollMultishot(eventFd, Libc.POLLIN)) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                loop.cancel(this);
            }
        };
        loop.submit(poll[0]);
        loop.tick(0);
        kernel.signalEventFd(eventFd);
        foreign.until(() -> !poll[0].isLive());
        assertThat(poll[0].results.getFirst()).isEqualTo(Libc.POLLIN);
        assertThat(poll[0].last()).isEqualTo(CANCELLED);
    }

    @Test
    void withTheQueueFullOfOthers() {
        List<TestOperation> polls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            polls.add(submitted(poll()));
        }
        foreign.until(() -> polls.stream().allMatch(each -> each.state() == Operation.State.IN_KERNEL));
        polls.forEach(loop::cancel); // more cancels than the submission queue has entries
        foreign.until(() -> polls.stream().noneMatch(Operation::isLive));
        assertThat(polls).allSatisfy(each -> assertThat(each.results).containsExactly(CANCELLED));
    }

    @Test
    void ofACancelThatIsAnOperationItself() {
        TestOperation poll = submitted(poll());
        TestOperation cancel = new TestOperation(Opcode.ASYNC_CANCEL, sqe -> sqe.prepCancelFd(eventFd, false));
        loop.submit(cancel);
        loop.cancel(cancel);
        foreign.until(() -> !poll.isLive() && !cancel.isLive());
        assertThat(cancel.results).hasSize(1);
        assertThat(poll.results).containsExactly(CANCELLED);
    }
}
