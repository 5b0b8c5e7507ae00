package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingCounters.Counter;
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
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A completion queue that is too small for what comes: nothing is lost, nobody sleeps for ever. */
class OverflowTest {
    private static RingLoopConfig entries(int submission, int completion) {
        return RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(submission, completion));
    }

    /** A multishot poll that is re-armed when it ends. */
    private static final class Watch extends Operation {
        private final RingLoop loop;
        private final int fd;

        Watch(RingLoop loop, int fd) {
            super(Opcode.POLL_ADD);
            this.loop = loop;
            this.fd = fd;
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepPollMultishot(fd, Libc.POLLIN);
        }

        @Override
        protected void completed(int result, int flags) {
            if ((flags & Abi.CQE_F_MORE) == 0 && result != Errno.ECANCELED.result()) {
                loop.submit(this);
            }
        }
    }

    /** Makes the queue of a ring with 8 entries overflow: more connections wait than it has, and one accept takes them all. */
    static void overflow(ForeignLoop foreign) {
        RingLoop loop = foreign.loop;
        List<Integer> accepted = new ArrayList<>();
        int[] ends = new int[1];
        try (Loopback loopback = new Loopback(foreign)) {
            for (int i = 0; i < 20; i++) {
                loopback.connect();
            }
            TestOperation accept =
                    new TestOperation(
                            Opcode.ACCEPT, sqe -> sqe.prepAcceptMultishot(loopback.listener, Libc.SOCK_CLOEXEC)) {
                        @Override
                        protected void completed(int result, int completionFlags) {
                            if (result >= 0) {
                                accepted.add(result);
                            }
                            if ((completionFlags & Abi.CQE_F_MORE) == 0 && result != Errno.ECANCELED.result()) {
                                ends[0]++;
                                loop.submit(this);
                            }
                        }
                    };
            loop.submit(accept);
            foreign.until(() -> accepted.size() == 20);
            loop.cancel(accept);
            foreign.until(() -> !accept.isLive());
        }
        assertThat(accepted).doesNotHaveDuplicates().hasSize(20);
        assertThat(ends[0]).isPositive();
        accepted.forEach(Kernel.linux()::close);
    }

    @Test
    void multishotReceivesLoseNothing() {
        try (ForeignLoop foreign = new ForeignLoop(entries(4, 8))) {
            RingLoop loop = foreign.loop;
            BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(256, 16));
            int connections = 6;
            List<Socket> clients = new ArrayList<>();
            List<ByteArrayOutputStream> received = new ArrayList<>();
            int[] ends = new int[1];
            try (Loopback loopback = new Loopback(foreign)) {
                List<Operation> receives = new ArrayList<>();
                for (int i = 0; i < connections; i++) {
                    clients.add(loopback.connect());
                    int fd = loopback.accept();
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    received.add(bytes);
                    receives.add(new TestOperation(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(fd, buffers.group())) {
                        @Override
                        protected void completed(int result, int completionFlags) {
                            BufferLease lease = buffers.take(result, completionFlags, null);
                            if (lease != null) {
                                bytes.writeBytes(lease.toByteArray());
                                lease.release();
                            }
                            if ((completionFlags & Abi.CQE_F_MORE) == 0 && result > 0) {
                                ends[0]++;
                                loop.submit(this);
                            } else if (result < 0) {
                                assertThat(result).isIn(Errno.ECANCELED.result(), Errno.ENOBUFS.result());
                                if (result == Errno.ENOBUFS.result()) {
                                    loop.submit(this);
                                }
                            }
                        }
                    });
                    loop.submit(receives.getLast());
                    loop.tick(0);
                }
                Random random = new Random(7);
                byte[][] sent = new byte[connections][20_000];
                for (byte[] bytes : sent) {
                    random.nextBytes(bytes);
                }
                for (int from = 0; from < 20_000; from += 500) { // all at once, while nobody looks
                    for (int i = 0; i < connections; i++) {
                        byte[] part = new byte[500];
                        System.arraycopy(sent[i], from, part, 0, 500);
                        Loopback.send(clients.get(i), part);
                    }
                    loop.tick(0);
                }
                foreign.until(() -> received.stream().allMatch(bytes -> bytes.size() >= 20_000));
                for (int i = 0; i < connections; i++) {
                    assertThat(received.get(i).toByteArray()).isEqualTo(sent[i]);
                }
                receives.forEach(loop::cancel);
                foreign.until(() -> loop.liveOperations() == 0);
            }
            assertThat(loop.counters().get(Counter.OVERFLOWS)).isPositive();
            assertThat(ends[0]).as("multishots that the overflow has ended").isPositive();
            assertThat(loop.counters().get(Counter.STALE)).isZero();
            assertThat(buffers.free()).isEqualTo(256);
        }
    }

    @Test
    void multishotAcceptsLoseNobody() {
        try (ForeignLoop foreign = new ForeignLoop(entries(4, 8))) {
            overflow(foreign);
            assertThat(foreign.loop.counters().get(Counter.OVERFLOWS)).isPositive();
            assertThat(foreign.loop.counters().get(Counter.STALE)).isZero();
        }
    }

    /** The end of its poll meets a table that is full and a line behind it: it has a slot of its own. */
    @Test
    void theWakeUpIsArmedAgainHoweverFullTheTableIs() throws Exception {
        Kernel kernel = Kernel.linux();
        int[] fds = {kernel.eventFd(Libc.EFD_CLOEXEC), kernel.eventFd(Libc.EFD_CLOEXEC)};
        int idle = kernel.eventFd(Libc.EFD_CLOEXEC);
        RingLoop loop = RingLoop.open(entries(1, 2)).start(task -> new Thread(task, "fluxring-test"));
        Semaphore woken = new Semaphore(0);
        loop.execute(() -> {
            for (int fd : fds) {
                loop.submit(new Watch(loop, fd));
            }
            for (int i = 0; i < 3; i++) { // for ever in line
                loop.submit(new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(idle, Libc.POLLIN)));
            }
        });
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (int round = 0; round < 500 || notOverflowed(loop) && System.nanoTime() - end < 0; round++) {
            for (int fd : fds) {
                kernel.signalEventFd(fd);
            }
            loop.execute(woken::release);
            assertThat(woken.tryAcquire(10, TimeUnit.SECONDS))
                    .as("round %d, %s", round, loop)
                    .isTrue();
        }
        assertThat(loop.liveOperations()).isEqualTo(5);
        loop.close();
        loop.closed().get(10, TimeUnit.SECONDS);
        assertThat(notOverflowed(loop)).isFalse();
        for (int fd : fds) {
            kernel.close(fd);
        }
        kernel.close(idle);
    }

    /** Both events and the wake-up have to meet, which is for the scheduler to say. */
    private static boolean notOverflowed(RingLoop loop) {
        return loop.counters().get(Counter.OVERFLOWS) == 0;
    }
}
