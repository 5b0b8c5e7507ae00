package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends without a copy: their two completions, whatever becomes of them. */
class ZeroCopySendTest {
    private static final int BUFFER_BYTES = 400_000;
    private static final int PLAIN_BUFFER = -1;

    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);
    private final byte[] bytes = Sockets.pattern(11, BUFFER_BYTES);
    private final MemorySegment buffer = sockets.copy(bytes);

    @BeforeEach
    void registerBuffer() {
        Sockets.assumeKernel(ring, 6, 15, "zero-copy sends of messages from registered buffers");
        // as the third of three, so that an index of 0 is a mistake
        MemorySegment vectors = ring.allocate(48);
        vectors.set(ValueLayout.JAVA_LONG, 32, buffer.address());
        vectors.set(ValueLayout.JAVA_LONG, 40, BUFFER_BYTES);
        assertThat(ring.ring().register(RegisterOperation.BUFFERS, vectors.address(), 3))
                .isZero();
    }

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
    }

    private static void from(int index, Sqe sqe) {
        if (index != PLAIN_BUFFER) {
            sqe.registeredBuffer(index);
        }
    }

    /** Both completions of one send: the result, then the notification. */
    private List<Cqe> both(long send) {
        Cqe result = ring.awaitOf(send);
        assertThat(result.more()).as("a notification follows").isTrue();
        assertThat(result.notification()).isFalse();
        Cqe notification = ring.awaitOf(send);
        assertThat(notification.notification()).isTrue();
        assertThat(notification.more()).isFalse();
        return List.of(result, notification);
    }

    private void fails(Errno errno, Consumer<Sqe> preparation) {
        assertThat(both(ring.add(preparation)).getFirst().failedWith(errno))
                .as(errno.name())
                .isTrue();
        assertThat(ring.takeReady()).isEmpty();
    }

    @Test
    @Shows(
            value = {Opcode.SEND_ZC, Opcode.RECV},
            behaviour = "send-zerocopy")
    void aStreamIsSentFromEitherKindOfBufferInAllSizes() {
        for (Pair pair : List.of(sockets.tcpPair(), sockets.tcpPair())) {
            for (int index : new int[] {PLAIN_BUFFER, 2}) {
                for (int lengthBytes : new int[] {1, 100, 4096, 65_537, BUFFER_BYTES - 7}) {
                    MemorySegment into = ring.allocate(lengthBytes);
                    long receive = ring.add(
                            sqe -> sqe.prepReceive(pair.right(), into.address(), lengthBytes, Libc.MSG_WAITALL));
                    long send = ring.add(sqe -> from(
                            index,
                            sqe.prepSendZeroCopy(pair.left(), buffer.address() + 7, lengthBytes, Libc.MSG_WAITALL)));
                    assertThat(both(send)).extracting(Cqe::result).containsExactly(lengthBytes, 0);
                    assertThat(ring.awaitOf(receive).result()).isEqualTo(lengthBytes);
                    assertThat(into.mismatch(buffer.asSlice(7, lengthBytes))).isEqualTo(-1);
                }
            }
        }
        assertThat(ring.takeReady()).as("two completions each, no more").isEmpty();
    }

    @Test
    @Shows(value = Opcode.SEND_ZC, behaviour = "send-zerocopy")
    void datagramsAreSentToAnAddress() {
        int to = sockets.udp();
        int from = sockets.udp();
        MemorySegment address = sockets.boundTo(to, sockets.loopback(0));
        for (int index : new int[] {PLAIN_BUFFER, 2}) {
            for (int lengthBytes : new int[] {0, 1, 1400, 60_000}) {
                long send = ring.add(sqe -> from(
                        index, sqe.prepSendToZeroCopy(from, buffer.address(), lengthBytes, 0, address.address(), 16)));
                assertThat(both(send)).extracting(Cqe::result).containsExactly(lengthBytes, 0);
                MemorySegment into = ring.allocate(60_001);
                assertThat(ring.run(sqe -> sqe.prepReceive(to, into.address(), 60_001, 0))
                                .result())
                        .isEqualTo(lengthBytes);
                assertThat(into.asSlice(0, lengthBytes).mismatch(buffer.asSlice(0, lengthBytes)))
                        .isEqualTo(-1);
            }
        }
        fails(Errno.EDESTADDRREQ, sqe -> sqe.prepSendZeroCopy(from, buffer.address(), 10, 0));
    }

    @Test
    @Shows(value = Opcode.SEND_ZC, behaviour = "send-zerocopy")
    void linkedSendsGoInOrder() {
        Pair pair = sockets.tcpPair();
        List<Long> sends = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int part = i;
            sends.add(ring.add(sqe -> {
                from(
                        part % 2 == 0 ? 2 : PLAIN_BUFFER,
                        sqe.prepSendZeroCopy(pair.left(), buffer.address() + part * 1000L, 1000, Libc.MSG_WAITALL));
                if (part < 9) {
                    sqe.link();
                }
            }));
        }
        for (long send : sends) {
            assertThat(both(send)).extracting(Cqe::result).containsExactly(1000, 0);
        }
        assertThat(sockets.receive(pair.right(), 10_000)).isEqualTo(Arrays.copyOf(bytes, 10_000));
    }

    @Test
    @Shows(value = Opcode.SEND_ZC, behaviour = "send-zerocopy")
    void theNotificationSaysThatTheLoopbackDeviceCopies() {
        Pair pair = sockets.tcpPair();
        for (int lengthBytes : new int[] {100, 50_000}) {
            long send = ring.add(sqe -> sqe.prepSendZeroCopy(pair.left(), buffer.address(), lengthBytes, 0)
                    .reportUsage());
            MemorySegment into = ring.allocate(lengthBytes);
            long receive =
                    ring.add(sqe -> sqe.prepReceive(pair.right(), into.address(), lengthBytes, Libc.MSG_WAITALL));
            assertThat(both(send)).extracting(Cqe::result).containsExactly(lengthBytes, Abi.NOTIF_USAGE_ZC_COPIED);
            assertThat(ring.awaitOf(receive).result()).isEqualTo(lengthBytes);
        }
    }

    @Test
    @Shows(value = Opcode.SEND_ZC, behaviour = "send-zerocopy")
    void theBytesBelongToTheKernelUntilThePeerHasReadThem() {
        Pair pair = sockets.tcpPair();
        long send = ring.add(sqe -> sqe.prepSendZeroCopy(pair.left(), buffer.address(), 200_000, Libc.MSG_DONTWAIT));
        Cqe result = ring.awaitOf(send);
        assertThat(result.result()).isPositive();
        assertThat(result.more()).isTrue();
        byte[] read = sockets.receive(pair.right(), result.result());
        assertThat(read).isEqualTo(Arrays.copyOf(bytes, result.result()));
        Cqe notification = ring.awaitOf(send);
        assertThat(notification.notification()).isTrue();
        assertThat(notification.more()).isFalse();
    }

    @Test
    @Shows(
            value = {Opcode.SEND_ZC, Opcode.SENDMSG_ZC},
            behaviour = "send-zerocopy")
    void anErrorHasItsNotificationToo() {
        Pair unix = sockets.unixPair();
        fails(Errno.EOPNOTSUPP, sqe -> sqe.prepSendZeroCopy(unix.left(), buffer.address(), 10, 0));
        fails(Errno.EBADF, sqe -> sqe.prepSendZeroCopy(-1, buffer.address(), 10, 0));
        Pair tcp = sockets.tcpPair();
        fails(
                Errno.EFAULT,
                sqe -> sqe.prepSendZeroCopy(tcp.left(), buffer.address(), BUFFER_BYTES + 1, 0)
                        .registeredBuffer(2));
        fails(
                Errno.EFAULT,
                sqe -> sqe.prepSendZeroCopy(tcp.left(), buffer.address(), 10, 0).registeredBuffer(3));
        assertThat(ring.run(sqe -> sqe.prepShutdown(tcp.left(), Libc.SHUT_WR)).result())
                .isZero();
        fails(Errno.EPIPE, sqe -> sqe.prepSendZeroCopy(tcp.left(), buffer.address(), 10, 0));
        MemorySegment message = message(10);
        fails(Errno.EOPNOTSUPP, sqe -> sqe.prepSendMessageZeroCopy(unix.left(), message.address(), 0));
        fails(Errno.EPIPE, sqe -> sqe.prepSendMessageZeroCopy(tcp.left(), message.address(), 0));
        fails(Errno.EFAULT, sqe -> sqe.prepSendMessageZeroCopy(tcp.left(), 8, 0));
    }

    @Test
    @Shows(Opcode.SEND_ZC)
    void aSendThatIsNeverStartedHasANotificationThatWasNotAnnounced() {
        Pair pair = sockets.tcpPair();
        long broken = ring.add(sqe -> sqe.prepNop(Errno.EIO.result()).link());
        long send = ring.add(sqe -> sqe.prepSendZeroCopy(pair.left(), buffer.address(), 10, 0));
        assertThat(ring.awaitOf(broken).failedWith(Errno.EIO)).isTrue();
        Cqe cancelled = ring.awaitOf(send);
        assertThat(cancelled.failedWith(Errno.ECANCELED)).isTrue();
        assertThat(cancelled.more()).as("though one follows").isFalse();
        Cqe notification = ring.awaitOf(send);
        assertThat(notification.notification()).isTrue();
        assertThat(notification.more()).isFalse();
        assertThat(notification.result()).isZero();
    }

    @Test
    @Shows({Opcode.SEND_ZC, Opcode.ASYNC_CANCEL})
    void aSendThatWaitsIsCancelledAndNotified() {
        Pair pair = sockets.tcpPair();
        int sent;
        do {
            sent = ring.run(sqe -> sqe.prepSend(pair.left(), buffer.address(), BUFFER_BYTES, Libc.MSG_DONTWAIT))
                    .result();
        } while (sent > 0);
        long send = ring.add(sqe -> sqe.prepSendZeroCopy(pair.left(), buffer.address(), 10, 0));
        assertThat(ring.takeReady()).isEmpty();
        assertThat(ring.run(sqe -> sqe.prepCancel(send)).result()).isZero();
        assertThat(both(send)).extracting(Cqe::result).containsExactly(Errno.ECANCELED.result(), 0);
    }

    @Test
    @Shows({Opcode.SEND_ZC, Opcode.SENDMSG_ZC})
    void aRefusedEntryHasNone() {
        Pair pair = sockets.tcpPair();
        Cqe silent = ring.run(sqe ->
                sqe.prepSendZeroCopy(pair.left(), buffer.address(), 10, 0).skipSuccess());
        assertThat(silent.failedWith(Errno.EINVAL)).isTrue();
        assertThat(silent.more()).isFalse();
        MemorySegment message = message(10);
        assertThat(both(ring.add(sqe -> sqe.prepSendMessageZeroCopy(pair.left(), message.address(), 0))))
                .extracting(Cqe::result)
                .containsExactly(10, 0);
        assertThat(ring.takeReady()).isEmpty();
    }

    /** A message from two places of the buffer, the second twice as long as the first and before it. */
    private MemorySegment message(int lengthBytes) {
        MemorySegment block = ring.allocate(ScratchBlocks.BYTES);
        MessageVectors.set(block, 0, buffer.address() + BUFFER_BYTES - lengthBytes, lengthBytes / 2);
        MessageVectors.set(block, 1, buffer.address(), lengthBytes - lengthBytes / 2);
        MessageVectors.header(block, 2);
        return block;
    }

    private byte[] messageBytes(int lengthBytes) {
        byte[] expected = new byte[lengthBytes];
        System.arraycopy(bytes, BUFFER_BYTES - lengthBytes, expected, 0, lengthBytes / 2);
        System.arraycopy(bytes, 0, expected, lengthBytes / 2, lengthBytes - lengthBytes / 2);
        return expected;
    }

    @Test
    @Shows(value = Opcode.SENDMSG_ZC, behaviour = "send-zerocopy")
    void messagesAreSentFromEitherKindOfBuffer() {
        Pair stream = sockets.tcpPair();
        Pair datagrams = sockets.udpPair();
        for (Pair pair : List.of(stream, datagrams)) {
            for (int index : new int[] {PLAIN_BUFFER, 2}) {
                for (int lengthBytes : new int[] {2, 1001, 30_000}) {
                    MemorySegment message = message(lengthBytes);
                    long send = ring.add(sqe ->
                            from(index, sqe.prepSendMessageZeroCopy(pair.left(), message.address(), Libc.MSG_WAITALL)));
                    MemorySegment into = ring.allocate(lengthBytes);
                    long receive = ring.add(
                            sqe -> sqe.prepReceive(pair.right(), into.address(), lengthBytes, Libc.MSG_WAITALL));
                    assertThat(both(send)).extracting(Cqe::result).containsExactly(lengthBytes, 0);
                    assertThat(ring.awaitOf(receive).result()).isEqualTo(lengthBytes);
                    assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(messageBytes(lengthBytes));
                }
            }
        }
    }

    @Test
    @Shows(Opcode.SEND_ZC)
    void vectorsAreSentWithoutAHeader() {
        Sockets.assumeKernel(ring, 6, 17, "sends of vectors");
        Pair pair = sockets.tcpPair();
        MemorySegment vectors = ring.allocate(32);
        vectors.set(ValueLayout.JAVA_LONG, 0, buffer.address() + BUFFER_BYTES - 3000);
        vectors.set(ValueLayout.JAVA_LONG, 8, 1500);
        vectors.set(ValueLayout.JAVA_LONG, 16, buffer.address());
        vectors.set(ValueLayout.JAVA_LONG, 24, 1500);
        long send = ring.add(sqe -> sqe.prepSendVectoredZeroCopy(pair.left(), vectors.address(), 2, 0));
        assertThat(both(send)).extracting(Cqe::result).containsExactly(3000, 0);
        assertThat(sockets.receive(pair.right(), 3000)).isEqualTo(messageBytes(3000));
    }
}
