package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operation with two completions of different kinds: it ends with the notification, however the send went. */
class ZeroCopySendTest {
    private final ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults());
    private final RingLoop loop = foreign.loop;
    private final Loopback loopback = new Loopback(foreign);
    private Socket client;
    private int fd;

    @BeforeEach
    void connect() {
        assumeTrue(loop.capabilities().supports(Opcode.SEND_ZC), "needs Linux 6.0");
        client = loopback.connect();
        fd = loopback.accept();
    }

    @AfterEach
    void close() {
        foreign.close();
        loopback.close();
    }

    private Consumer<Sqe> send(long address, int length, int priority) {
        return sqe -> RawSqe.write(sqe, Opcode.SEND_ZC, priority, fd, 0, address, length, Libc.MSG_WAITALL, 0, 0);
    }

    /** Notes whether it was live at each completion. */
    private static class Sent extends TestOperation {
        private final List<Boolean> live = new ArrayList<>();

        Sent(Consumer<Sqe> preparation) {
            super(Opcode.SEND_ZC, preparation);
        }

        @Override
        protected void completed(int result, int completionFlags) {
            super.completed(result, completionFlags);
            live.add(isLive());
        }
    }

    private void assertNotified(Sent sent, int result) {
        assertThat(sent.results).hasSize(2).first().isEqualTo(result);
        assertThat(sent.flags.getFirst() & (Abi.CQE_F_MORE | Abi.CQE_F_NOTIF)).isEqualTo(Abi.CQE_F_MORE);
        assertThat(sent.flags.getLast() & (Abi.CQE_F_MORE | Abi.CQE_F_NOTIF)).isEqualTo(Abi.CQE_F_NOTIF);
        assertThat(sent.live).containsExactly(true, false);
    }

    @Test
    void theNotificationIsTheEndAndTellsOfACopy() throws IOException {
        BufferLease lease = loop.sendBlocks().allocate(null);
        assertThat(lease).isNotNull();
        lease.segment().fill((byte) 'z');
        Sent sent = new Sent(send(lease.address(), 1000, Abi.SEND_ZC_REPORT_USAGE));
        for (int i = 1; i <= 3; i++) {
            sent.results.clear();
            sent.flags.clear();
            sent.live.clear();
            loop.submit(sent);
            foreign.until(() -> !sent.isLive());
            assertNotified(sent, 1000);
            assertThat(sent.results.getLast()).isEqualTo(Abi.NOTIF_USAGE_ZC_COPIED); // as always on the loopback
            assertThat(loop.counters().get(Counter.COPIED_SENDS)).isEqualTo(i);
        }
        lease.release();
        assertThat(client.getInputStream().readNBytes(3000)).containsOnly('z');
        assertThat(loop.counters().toString()).contains("copied-sends 3");
    }

    @Test
    void withoutAReportNothingIsCounted() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(500);
            Sent sent = new Sent(send(bytes.address(), 500, 0));
            loop.submit(sent);
            foreign.until(() -> !sent.isLive());
            assertNotified(sent, 500);
            assertThat(sent.results.getLast()).isZero();
        }
        assertThat(client.getInputStream().readNBytes(500)).hasSize(500);
        assertThat(loop.counters().get(Counter.COPIED_SENDS)).isZero();
    }

    @Test
    void aSendThatFailsIsNotifiedToo() {
        assertThat(foreign.run(Opcode.SHUTDOWN, sqe -> sqe.prepShutdown(fd, Libc.SHUT_WR)))
                .isZero();
        BufferLease lease = loop.sendBlocks().allocate(null);
        assertThat(lease).isNotNull();
        Sent sent = new Sent(send(lease.address(), 100, Abi.SEND_ZC_REPORT_USAGE));
        loop.submit(sent);
        foreign.until(() -> !sent.isLive());
        assertNotified(sent, Errno.EPIPE.result());
        lease.release();
    }

    @Test
    void aSendThatCannotBePreparedHasOneCompletionOrTwo() {
        Sent early = new Sent(sqe ->
                RawSqe.address3(RawSqe.write(sqe, Opcode.SEND_ZC, fd, 0, 0, 0, 0), 1)); // looked at before all else
        loop.submit(early);
        foreign.until(() -> !early.isLive());
        assertThat(early.results).containsExactly(Errno.EINVAL.result());
        assertThat(early.flags.getFirst() & (Abi.CQE_F_MORE | Abi.CQE_F_NOTIF)).isZero();
        assertThat(early.live).containsExactly(false);
        Sent late = new Sent(send(0, 0, 1 << 14)); // a flag that does not exist: there is a notification by then
        loop.submit(late);
        foreign.until(() -> !late.isLive());
        assertNotified(late, Errno.EINVAL.result());
    }

    /** The peer does not read, so that the kernel keeps the pages: the memory must stay until the notification. */
    @Test
    void aCloseAwaitsTheNotification() throws IOException {
        List<Sent> pending = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bytes = arena.allocate(4 << 20);
            try (ForeignLoop other = new ForeignLoop(RingLoopConfig.defaults())) {
                Sent sent = new Sent(send(bytes.address(), 4 << 20, Abi.SEND_ZC_REPORT_USAGE));
                pending.add(sent);
                other.loop.submit(sent);
                other.loop.tick(0);
                assertThat(sent.isLive()).isTrue();
                other.loop.addCloseHook(() -> loopback.close());
            }
            assertThat(pending.getFirst().isLive()).isFalse();
            assertThat(pending.getFirst().flags.getLast() & Abi.CQE_F_MORE).isZero();
        }
    }

    /** The kernel sends a notification all the same, for an operation that ended without the announcement of one. */
    @Test
    void theNotificationBehindABrokenLinkHitsNobody() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(100);
            for (int i = 0; i < 10; i++) {
                List<Sent> following = new ArrayList<>();
                TestOperation failing = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(-5));
                Sent sent = new Sent(send(bytes.address(), 100, Abi.SEND_ZC_REPORT_USAGE)) {
                    @Override
                    protected void completed(int result, int completionFlags) {
                        super.completed(result, completionFlags);
                        for (int j = 0; j < 2; j++) { // both slots are used again at once
                            following.add(new Sent(send(bytes.address(), 100, 0)));
                            loop.submit(following.getLast());
                        }
                    }
                };
                loop.submitChain(failing, sent);
                foreign.until(() -> !following.isEmpty() && following.stream().noneMatch(Operation::isLive));
                assertThat(failing.results).containsExactly(-5);
                assertThat(sent.results).containsExactly(Errno.ECANCELED.result());
                assertThat(sent.flags.getFirst() & (Abi.CQE_F_MORE | Abi.CQE_F_NOTIF))
                        .isZero();
                assertThat(following).hasSize(2).allSatisfy(each -> assertNotified(each, 100));
            }
        }
        assertThat(loop.counters().get(Counter.STALE)).isZero();
    }

    /** Nothing of it is left to be cancelled: the kernel would be asked in vain until the peer has read. */
    @Test
    void whatOnlyAwaitsItsNotificationIsNotCancelled() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int length = 400_000;
            MemorySegment bytes = arena.allocate(length);
            Sent sent = new Sent(send(bytes.address(), length, Abi.SEND_ZC_REPORT_USAGE));
            loop.submit(sent);
            foreign.until(() -> !sent.results.isEmpty());
            assumeTrue(sent.isLive(), "needs a kernel that keeps the bytes until they are read");
            loop.cancel(sent);
            for (int i = 0; i < 3; i++) {
                loop.tick(0);
            }
            long before = loop.counters().get(Counter.SQES);
            long limit = System.nanoTime() + 100_000_000L;
            while (System.nanoTime() < limit) {
                loop.tick(5_000_000L);
            }
            assertThat(loop.counters().get(Counter.SQES)).isEqualTo(before);
            assertThat(client.getInputStream().readNBytes(length)).hasSize(length);
            foreign.until(() -> !sent.isLive());
            assertNotified(sent, length);
        }
    }
}
