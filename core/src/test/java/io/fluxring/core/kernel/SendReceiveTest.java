package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sending and receiving once: bytes, vectors, messages; in part, in full, and without a wait. */
class SendReceiveTest {
    private static final int BIG = 4 << 20; // more than two sockets hold

    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
    }

    private MemorySegment block() {
        return ring.allocate(ScratchBlocks.BYTES);
    }

    private int send(int fd, MemorySegment bytes, int messageFlags) {
        return ring.run(sqe -> sqe.prepSend(fd, bytes.address(), (int) bytes.byteSize(), messageFlags))
                .result();
    }

    private int receive(int fd, MemorySegment bytes, int messageFlags) {
        return ring.run(sqe -> sqe.prepReceive(fd, bytes.address(), (int) bytes.byteSize(), messageFlags))
                .result();
    }

    @Test
    @Shows(
            value = {Opcode.SEND, Opcode.RECV},
            behaviour = "send_recv")
    void bytesGoFromOneToTheOther() {
        for (Pair pair : List.of(sockets.tcpPair(), sockets.unixPair(), sockets.udpPair())) {
            for (int lengthBytes : new int[] {1, 100, 4096, 20_000}) {
                byte[] sent = Sockets.pattern(lengthBytes, lengthBytes);
                MemorySegment into = ring.allocate(lengthBytes);
                long receive =
                        ring.add(sqe -> sqe.prepReceive(pair.right(), into.address(), lengthBytes, Libc.MSG_WAITALL));
                sockets.send(pair.left(), sent);
                assertThat(ring.awaitOf(receive).result()).isEqualTo(lengthBytes);
                assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(sent);
            }
        }
    }

    @Test
    @Shows(
            value = {Opcode.SEND, Opcode.RECV},
            behaviour = "send_recv")
    void aDatagramGoesToAnAddress() {
        int from = sockets.udp();
        int to = sockets.udp();
        MemorySegment address = sockets.boundTo(to, sockets.loopback(0));
        MemorySegment text = sockets.copy("text".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(ring.run(sqe -> sqe.prepSendTo(from, text.address(), 4, 0, address.address(), 16))
                        .result())
                .isEqualTo(4);
        assertThat(send(from, text, 0)).as("without one").isEqualTo(Errno.EDESTADDRREQ.result());
        MemorySegment into = ring.allocate(10);
        assertThat(receive(to, into, 0)).isEqualTo(4);
        assertThat(Sockets.text(into, 4)).isEqualTo("text");
        MemorySegment none = ring.allocate(1);
        assertThat(ring.run(sqe -> sqe.prepSendTo(from, none.address(), 0, 0, address.address(), 16))
                        .result())
                .isZero();
        assertThat(receive(to, into, 0)).as("a datagram without bytes").isZero();
    }

    @Test
    @Shows(
            value = {Opcode.SENDMSG, Opcode.RECVMSG},
            behaviour = "send_recvmsg")
    void aMessageHasPlacesAndASender() {
        int from = sockets.udp();
        int to = sockets.udp();
        MemorySegment address = sockets.boundTo(to, sockets.loopback(0));
        MemorySegment text = ring.text("onetwothree");
        MemorySegment sent = block();
        MessageVectors.set(sent, 0, text.address(), 3);
        MessageVectors.set(sent, 1, text.address() + 6, 5);
        MessageVectors.header(sent, 2);
        MessageVectors.name(sent, address.address(), 16);
        assertThat(ring.run(sqe -> sqe.prepSendMessage(from, sent.address(), 0)).result())
                .isEqualTo(8);
        MemorySegment into = ring.allocate(16);
        MemorySegment name = ring.allocate(SocketAddresses.MAX_BYTES);
        MemorySegment received = block();
        MessageVectors.set(received, 0, into.address(), 2);
        MessageVectors.set(received, 1, into.address() + 8, 4);
        MessageVectors.header(received, 2);
        MessageVectors.name(received, name.address(), (int) name.byteSize());
        assertThat(ring.run(sqe -> sqe.prepReceiveMessage(to, received.address(), 0))
                        .result())
                .isEqualTo(6);
        assertThat(Sockets.text(into, 2)).isEqualTo("on");
        assertThat(Sockets.text(into.asSlice(8), 4)).isEqualTo("ethr");
        assertThat(MessageVectors.flags(received)).as("two bytes are lost").isEqualTo(Libc.MSG_TRUNC);
        assertThat(MessageVectors.nameLengthBytes(received)).isEqualTo(16);
        assertThat(MessageVectors.controlLengthBytes(received)).isZero();
        assertThat(SocketAddresses.decode(name)).isEqualTo(SocketAddresses.decode(sockets.boundTo(from, address)));
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "send_recvmsg")
    void aMessageGoesIntoABufferThatTheKernelPicks() {
        Pair pair = sockets.udpPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 5, 2, 64)) {
            sockets.send(pair.left(), "first");
            sockets.send(pair.left(), "second");
            sockets.send(pair.left(), "third");
            MemorySegment anyLength = block();
            MessageVectors.header(anyLength, 0);
            Cqe whole = ring.run(sqe -> sqe.prepReceiveMessageSelect(pair.right(), anyLength.address(), 0, 5));
            assertThat(whole.result()).isEqualTo(5);
            assertThat(whole.buffer()).isZero();
            assertThat(buffers.bytes(whole)).asString().isEqualTo("first");
            MemorySegment limited = block();
            MessageVectors.set(limited, 0, 0, 3);
            MessageVectors.header(limited, 1);
            Cqe part = ring.run(sqe -> sqe.prepReceiveMessageSelect(pair.right(), limited.address(), 0, 5));
            assertThat(part.result()).isEqualTo(3);
            assertThat(buffers.bytes(part)).asString().isEqualTo("sec");
            assertThat(ring.run(sqe -> sqe.prepReceiveMessageSelect(pair.right(), limited.address(), 0, 5))
                            .failedWith(Errno.ENOBUFS))
                    .isTrue();
            MessageVectors.set(limited, 1, 0, 3);
            MessageVectors.header(limited, 2);
            assertThat(ring.run(sqe -> sqe.prepReceiveMessageSelect(pair.right(), limited.address(), 0, 5))
                            .failedWith(Errno.EINVAL))
                    .as("one vector at most")
                    .isTrue();
        }
    }

    @Test
    @Shows(Opcode.SEND)
    void vectorsAreSentWithoutAHeader() {
        Sockets.assumeKernel(ring, 6, 17, "sends of vectors");
        Pair pair = sockets.tcpPair();
        MemorySegment text = ring.text("onetwothree");
        MemorySegment vectors = ring.allocate(32);
        vectors.set(ValueLayout.JAVA_LONG, 0, text.address() + 6);
        vectors.set(ValueLayout.JAVA_LONG, 8, 5);
        vectors.set(ValueLayout.JAVA_LONG, 16, text.address());
        vectors.set(ValueLayout.JAVA_LONG, 24, 3);
        Cqe cqe = ring.run(sqe -> sqe.prepSendVectored(pair.left(), vectors.address(), 2, 0));
        assertThat(cqe.result()).isEqualTo(8);
        assertThat(sockets.receiveText(pair.right(), 8)).isEqualTo("threeone");
    }

    @Test
    @Shows(
            value = {Opcode.SEND, Opcode.RECV},
            behaviour = "recv-msgall-stream")
    void allOfAStreamIsWaitedFor() {
        for (Pair pair : List.of(sockets.tcpPair(), sockets.unixPair())) {
            byte[] sent = Sockets.pattern(1, BIG);
            MemorySegment from = sockets.copy(sent);
            MemorySegment into = ring.allocate(BIG);
            long send = ring.add(sqe -> sqe.prepSend(pair.left(), from.address(), BIG, Libc.MSG_WAITALL));
            assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
            assertThat(ring.takeReady()).as("waits for room").isEmpty();
            assertThat(receive(pair.right(), into.asSlice(0, BIG / 2), Libc.MSG_WAITALL))
                    .isEqualTo(BIG / 2);
            assertThat(receive(pair.right(), into.asSlice(BIG / 2), Libc.MSG_WAITALL))
                    .isEqualTo(BIG / 2);
            assertThat(ring.awaitOf(send).result()).isEqualTo(BIG);
            assertThat(into.mismatch(from)).isEqualTo(-1);
        }
    }

    @Test
    @Shows(
            value = {Opcode.RECV, Opcode.RECVMSG},
            behaviour = "recv-msgall")
    void aReceiveForAllCompletesInPartAtTheEndOfTheStreamOnly() {
        Pair pair = sockets.tcpPair();
        MemorySegment into = ring.allocate(10);
        MemorySegment message = block();
        MessageVectors.set(message, 0, into.address(), 10);
        MessageVectors.header(message, 1);
        long receive = ring.add(sqe -> sqe.prepReceiveMessage(pair.right(), message.address(), Libc.MSG_WAITALL));
        sockets.send(pair.left(), "abc");
        sockets.send(pair.left(), "defg");
        assertThat(ring.takeReady()).isEmpty();
        sockets.send(pair.left(), "hij");
        assertThat(ring.awaitOf(receive).result()).isEqualTo(10);
        assertThat(Sockets.text(into, 10)).isEqualTo("abcdefghij");
        long last = ring.add(sqe -> sqe.prepReceive(pair.right(), into.address(), 10, Libc.MSG_WAITALL));
        sockets.send(pair.left(), "klm");
        assertThat(ring.takeReady()).isEmpty();
        assertThat(ring.run(sqe -> sqe.prepShutdown(pair.left(), Libc.SHUT_WR)).result())
                .isZero();
        assertThat(ring.awaitOf(last).result()).isEqualTo(3);
    }

    @Test
    @Shows(
            value = {Opcode.RECV},
            behaviour = "recv-msgall")
    void aDatagramIsAllThatThereIs() {
        Pair pair = sockets.udpPair();
        sockets.send(pair.left(), "abc");
        sockets.send(pair.left(), "def");
        assertThat(receive(pair.right(), ring.allocate(10), Libc.MSG_WAITALL)).isEqualTo(3);
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.WRITE},
            behaviour = "socket-rw-eagain")
    void aReadOrAWriteThatMustNotWaitDoesNot() {
        Pair pair = sockets.tcpPair();
        MemorySegment bytes = ring.allocate(BIG);
        assertThat(ring.run(sqe -> sqe.prepRead(pair.right(), bytes.address(), 10, 0, Libc.RWF_NOWAIT))
                        .failedWith(Errno.EAGAIN))
                .isTrue();
        int written;
        do {
            written = ring.run(sqe -> sqe.prepWrite(pair.left(), bytes.address(), BIG, 0, Libc.RWF_NOWAIT))
                    .result();
        } while (written > 0);
        assertThat(written).isEqualTo(Errno.EAGAIN.result());
        assertThat(ring.run(sqe -> sqe.prepRead(pair.right(), bytes.address(), 10, 0, Libc.RWF_NOWAIT))
                        .result())
                .isEqualTo(10);
    }

    @Test
    @Shows(
            value = {Opcode.SEND, Opcode.RECV},
            behaviour = "socket-rw-eagain")
    void withDontWaitNothingWaits() {
        Pair pair = sockets.tcpPair();
        MemorySegment into = ring.allocate(10);
        assertThat(receive(pair.right(), into, Libc.MSG_DONTWAIT)).isEqualTo(Errno.EAGAIN.result());
        MemorySegment from = ring.allocate(BIG);
        long total = 0;
        int sent = send(pair.left(), from, Libc.MSG_DONTWAIT);
        while (sent > 0) {
            total += sent;
            sent = send(pair.left(), from, Libc.MSG_DONTWAIT);
        }
        assertThat(sent).isEqualTo(Errno.EAGAIN.result());
        assertThat(total).as("what two sockets hold").isGreaterThan(100_000);
        MemorySegment message = block();
        MessageVectors.header(message, 0);
        assertThat(ring.run(sqe -> sqe.prepReceiveMessage(pair.left(), message.address(), Libc.MSG_DONTWAIT))
                        .failedWith(Errno.EAGAIN))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.RECV, Opcode.READ},
            behaviour = "socket-nb")
    void aSocketThatDoesNotBlockIsWaitedForAllTheSame() {
        Sockets.Listener listener = sockets.listenTcp();
        int fd = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK);
        sockets.connect(fd, listener.address());
        int peer = sockets.accept(listener);
        MemorySegment into = ring.allocate(10);
        long receive = ring.add(sqe -> sqe.prepReceive(fd, into.address(), 10, 0));
        ring.submit();
        assertThat(ring.takeReady()).isEmpty();
        sockets.send(peer, "abc");
        assertThat(ring.awaitOf(receive).result()).isEqualTo(3);
        long read = ring.add(sqe -> sqe.prepRead(fd, into.address(), 10, 0));
        assertThat(ring.takeReady()).isEmpty();
        sockets.send(peer, "de");
        assertThat(ring.awaitOf(read).result()).isEqualTo(2);
    }

    @Test
    @Shows({Opcode.RECV, Opcode.SEND})
    void waitingFirstChangesNoResult() {
        Pair pair = sockets.tcpPair();
        MemorySegment into = ring.allocate(4);
        long receive = ring.add(
                sqe -> sqe.prepReceive(pair.right(), into.address(), 4, 0).pollFirst());
        MemorySegment text = ring.bytes("text");
        assertThat(ring.run(sqe ->
                                sqe.prepSend(pair.left(), text.address(), 4, 0).pollFirst())
                        .result())
                .isEqualTo(4);
        assertThat(ring.awaitOf(receive).result()).isEqualTo(4);
        assertThat(Sockets.text(into, 4)).isEqualTo("text");
    }

    @Test
    @Shows({Opcode.RECV, Opcode.SEND})
    void whatIsWrongIsTold() {
        Pair pair = sockets.tcpPair();
        MemorySegment bytes = ring.allocate(4);
        assertThat(receive(-1, bytes, 0)).isEqualTo(Errno.EBADF.result());
        int unconnected = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        assertThat(receive(unconnected, bytes, 0)).isEqualTo(Errno.ENOTCONN.result());
        assertThat(send(unconnected, bytes, 0)).isEqualTo(Errno.EPIPE.result());
        sockets.send(pair.left(), "text");
        assertThat(ring.run(sqe -> sqe.prepReceive(pair.right(), 8, 4, 0)).failedWith(Errno.EFAULT))
                .as("the kernel finds a wrong address while it copies")
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepReceiveSelect(pair.right(), 999)).failedWith(Errno.ENOBUFS))
                .as("no such group")
                .isTrue();
        assertThat(sockets.receiveText(pair.right(), 4))
                .as("nothing was lost by that")
                .isEqualTo("text");
    }
}
