package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.LeaseAudit;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In checked mode the loop looks at every address before the kernel does. The descriptors here are wrong on purpose. */
@ExtendWith(QuietLog.class)
class CheckedModeTest {
    private static final int NO_FILE = 999_999;
    private static final int EBADF = Errno.EBADF.result();

    private final ForeignLoop foreign = new ForeignLoop(
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 64)));
    private final RingLoop loop = foreign.loop;
    private final Arena arena = Arena.ofConfined();
    private final Slab slab = loop.sendBlocks();
    private long freed;

    @BeforeEach
    void release() {
        assertThat(LeaseAudit.CHECKED).as("tests run in checked mode").isTrue();
        BufferLease lease = allocate();
        freed = lease.address();
        lease.release();
    }

    @AfterEach
    void close() {
        foreign.close();
        arena.close();
    }

    private BufferLease allocate() {
        BufferLease lease = slab.allocate(null);
        assertThat(lease).isNotNull();
        return lease;
    }

    private void refused(Opcode opcode, Consumer<Sqe> preparation, String... words) {
        TestOperation operation = new TestOperation(opcode, preparation);
        assertThatThrownBy(() -> loop.submit(operation))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(opcode.name())
                .hasMessageContainingAll(words);
        assertThat(operation.isLive()).isFalse();
        assertThat(loop.liveOperations()).isZero();
    }

    private int result(Opcode opcode, Consumer<Sqe> preparation) {
        TestOperation operation = new TestOperation(opcode, preparation);
        loop.submit(operation);
        foreign.until(() -> !operation.isLive());
        return operation.results.getFirst(); // a notification may follow
    }

    @Test
    void releasedMemoryIsRefusedByName() {
        refused(
                Opcode.SEND,
                sqe -> sqe.prepSend(NO_FILE, freed, 100, 0),
                "fd=999999",
                "100 bytes at 0x" + Long.toHexString(freed),
                "buffer 0 of Slab[",
                "not within a live lease");
    }

    @Test
    void aLiveLeaseIsAcceptedToItsLastByte() {
        BufferLease lease = allocate();
        long address = lease.address();
        int length = lease.lengthBytes();
        assertThat(result(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address, length, 0)))
                .isEqualTo(EBADF);
        assertThat(result(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address + length - 1, 1, 0)))
                .isEqualTo(EBADF);
        refused(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address, length + 1, 0), "buffer 0");
        refused(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address - 1, 2, 0), "buffer 0");
        lease.truncate(10);
        refused(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address, 11, 0), "11 bytes");
        lease.release();
        refused(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address, 1, 0), "buffer 0");
    }

    @Test
    void aLeaseThatAnotherThreadHasReleasedIsNotLiveBeforeItIsTakenBack() throws InterruptedException {
        BufferLease lease = allocate();
        long address = lease.address();
        Thread other = new Thread(lease::release);
        other.start();
        other.join();
        refused(Opcode.RECV, sqe -> sqe.prepReceive(NO_FILE, address, 8, 0), "not within a live lease");
        foreign.until(() -> loop.liveLeases() == 0);
    }

    @Test
    void buffersThatTheKernelHasAreRefused() {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(4, 128));
        MemorySegment probe = arena.allocate(8);
        assertThat(result(Opcode.RECV, sqe -> sqe.prepReceive(NO_FILE, probe.address(), 8, 0)))
                .as("memory of the user's own")
                .isEqualTo(EBADF);
        assertThat(result(Opcode.RECV, sqe -> sqe.prepReceiveSelect(NO_FILE, buffers.group())))
                .as("no address at all")
                .isEqualTo(EBADF);
        assertThat(buffers.refusal(probe.address(), 8)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Opcode.class,
            names = {"READ", "WRITE", "READ_FIXED", "WRITE_FIXED", "RECV", "SEND", "SEND_ZC"})
    void plainTransfers(Opcode opcode) {
        refused(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, freed, 1, 0), "bytes, 1 bytes at");
    }

    @ParameterizedTest
    @EnumSource(
            value = Opcode.class,
            names = {"READV", "WRITEV", "READV_FIXED", "WRITEV_FIXED"})
    void vectors(Opcode opcode) {
        MemorySegment vectors = arena.allocate(32, 8);
        MemorySegment own = arena.allocate(8);
        set(vectors, 0, own.address(), 8);
        set(vectors, 1, freed, 8);
        refused(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, vectors.address(), 2, 0), "buffer 0");
        refused(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, freed, 1, 0), "vectors, 16 bytes");
        assertThatCode(() -> result(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, vectors.address(), 1, 0)))
                .doesNotThrowAnyException();
    }

    private static void set(MemorySegment vectors, int index, long address, long length) {
        vectors.setAtIndex(ValueLayout.JAVA_LONG, 2L * index, address);
        vectors.setAtIndex(ValueLayout.JAVA_LONG, 2L * index + 1, length);
    }

    @ParameterizedTest
    @EnumSource(
            value = Opcode.class,
            names = {"SENDMSG", "RECVMSG", "SENDMSG_ZC"})
    void messages(Opcode opcode) {
        MemorySegment header = loop.scratch().take();
        BufferLease lease = allocate();
        MessageVectors.set(header, 0, lease.address(), 16);
        MessageVectors.header(header, 1);
        assertThat(result(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, header.address(), 1, 0)))
                .isEqualTo(EBADF);
        lease.release();
        refused(
                opcode,
                sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, header.address(), 1, 0),
                "bytes, 16 bytes at",
                "buffer 0");
        header.set(ValueLayout.JAVA_LONG, 24, 0); // no vectors
        header.set(ValueLayout.JAVA_LONG, 0, freed);
        header.set(ValueLayout.JAVA_INT, 8, 16);
        refused(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, header.address(), 1, 0), "a socket address");
        header.set(ValueLayout.JAVA_LONG, 0, 0);
        header.set(ValueLayout.JAVA_LONG, 32, freed);
        header.set(ValueLayout.JAVA_LONG, 40, 24);
        refused(opcode, sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, header.address(), 1, 0), "control data");
        long address = header.address();
        loop.scratch().giveBack(header);
        refused(
                opcode,
                sqe -> RawSqe.write(sqe, opcode, NO_FILE, 0, address, 1, 0),
                "a message header, 56 bytes",
                "scratch block");
    }

    @Test
    void whatElseOperationsPointTo() {
        refused(Opcode.TIMEOUT, sqe -> sqe.prepTimeout(freed, 0, 0), "a time, 16 bytes");
        refused(Opcode.LINK_TIMEOUT, sqe -> raw(sqe, Opcode.LINK_TIMEOUT, 0, freed, 1), "a time");
        refused(Opcode.TIMEOUT_REMOVE, sqe -> raw(sqe, Opcode.TIMEOUT_REMOVE, freed, 1, 0), "a time");
        refused(Opcode.CONNECT, sqe -> raw(sqe, Opcode.CONNECT, 16, freed, 0), "a socket address, 16 bytes");
        refused(Opcode.BIND, sqe -> raw(sqe, Opcode.BIND, 16, freed, 0), "a socket address");
        refused(Opcode.ACCEPT, sqe -> raw(sqe, Opcode.ACCEPT, freed, own(), 0), "the length of a socket address");
        refused(
                Opcode.URING_CMD,
                sqe -> sqe.prepSetSocketOption(NO_FILE, 1, 2, freed, 4),
                "an option's value, 4 bytes");
        refused(Opcode.OPENAT, sqe -> raw(sqe, Opcode.OPENAT, 0, freed, 0), "a text");
        refused(Opcode.OPENAT2, sqe -> raw(sqe, Opcode.OPENAT2, freed, own(), 24), "how to open, 24 bytes");
        refused(Opcode.STATX, sqe -> raw(sqe, Opcode.STATX, freed, own(), 0), "a file's status, 256 bytes");
        refused(Opcode.RENAMEAT, sqe -> raw(sqe, Opcode.RENAMEAT, freed, own(), 0), "a text");
        refused(
                Opcode.FGETXATTR,
                sqe -> raw(sqe, Opcode.FGETXATTR, freed, own(), 32),
                "an attribute's value, 32 bytes");
        refused(Opcode.WAITID, sqe -> raw(sqe, Opcode.WAITID, freed, 0, 0), "a child's status, 128 bytes");
        refused(Opcode.FUTEX_WAIT, sqe -> raw(sqe, Opcode.FUTEX_WAIT, 0, freed, 0), "a futex, 4 bytes");
        refused(Opcode.FUTEX_WAITV, sqe -> raw(sqe, Opcode.FUTEX_WAITV, 0, freed, 2), "futexes, 48 bytes");
        refused(Opcode.EPOLL_WAIT, sqe -> raw(sqe, Opcode.EPOLL_WAIT, 0, freed, 3), "events, 36 bytes");
        refused(Opcode.EPOLL_CTL, sqe -> raw(sqe, Opcode.EPOLL_CTL, 0, freed, 1), "an event, 12 bytes");
        refused(Opcode.FILES_UPDATE, sqe -> raw(sqe, Opcode.FILES_UPDATE, 0, freed, 5), "descriptors, 20 bytes");
        refused(Opcode.PIPE, sqe -> raw(sqe, Opcode.PIPE, 0, freed, 0), "descriptors, 8 bytes");
        refused(
                Opcode.SEND,
                sqe -> RawSqe.write(sqe, Opcode.SEND, Abi.SEND_VECTORIZED, NO_FILE, 0, freed, 1, 0, 0, 0),
                "vectors, 16 bytes");
    }

    @Test
    void anAcceptWritesAsMuchOfAnAddressAsThereIsRoomFor() {
        MemorySegment room = arena.allocate(4, 4);
        BufferLease lease = allocate();
        long nearTheEnd = lease.address() + lease.lengthBytes() - 8;
        room.set(ValueLayout.JAVA_INT, 0, 8);
        assertThat(result(Opcode.ACCEPT, sqe -> raw(sqe, Opcode.ACCEPT, room.address(), nearTheEnd, 0)))
                .isEqualTo(EBADF);
        room.set(ValueLayout.JAVA_INT, 0, 16);
        refused(
                Opcode.ACCEPT,
                sqe -> raw(sqe, Opcode.ACCEPT, room.address(), nearTheEnd, 0),
                "a socket address, 16 bytes");
        lease.release();
    }

    /** Only a multishot one takes the lengths alone, and writes names and control data into the selected buffers. */
    @Test
    void aSelectingReceiveOfOneMessageWritesNameAndControlData() {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(4, 128));
        MemorySegment header = arena.allocate(56, 8);
        Consumer<Sqe> once = sqe -> sqe.prepReceiveMessageSelect(NO_FILE, header.address(), 0, buffers.group());
        assertThat(result(Opcode.RECVMSG, once)).isEqualTo(EBADF);
        header.set(ValueLayout.JAVA_LONG, 0, freed);
        header.set(ValueLayout.JAVA_INT, 8, 16);
        refused(Opcode.RECVMSG, once, "a socket address, 16 bytes");
        assertThat(result(
                        Opcode.RECVMSG,
                        sqe -> sqe.prepReceiveMessageMultishot(NO_FILE, header.address(), 0, buffers.group())))
                .isEqualTo(EBADF);
        header.set(ValueLayout.JAVA_LONG, 0, 0);
        header.set(ValueLayout.JAVA_LONG, 32, freed);
        header.set(ValueLayout.JAVA_LONG, 40, 24);
        refused(Opcode.RECVMSG, once, "control data, 24 bytes");
    }

    private long own() {
        return arena.allocate(64).address();
    }

    private static Sqe raw(Sqe sqe, Opcode opcode, long offset, long address, int length) {
        return RawSqe.write(sqe, opcode, NO_FILE, offset, address, length, 0);
    }

    @Test
    void inLineItEndsTheOperation() {
        TestOperation[] crowd = new TestOperation[6]; // more than the queue has room for
        for (int i = 0; i < 6; i++) {
            crowd[i] = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop());
            loop.submit(crowd[i]);
        }
        BufferLease lease = allocate();
        long address = lease.address();
        TestOperation late = new TestOperation(Opcode.SEND, sqe -> sqe.prepSend(NO_FILE, address, 4, 0));
        loop.submit(late);
        lease.release(); // before its turn has come
        foreign.until(() -> !late.isLive());
        assertThat(late.results).containsExactly(Errno.EINVAL.result());
    }
}
