package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.ReceivedMessage;
import io.fluxring.core.memory.owner.OwnedGroup;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Receiving messages again and again, each with its sender, its control data and its bytes in one buffer. */
class ReceiveMessageTest {
    private static final int NAME = 16;
    private static final int CONTROL = 32;
    private static final int IN_FRONT = 16 + NAME + CONTROL;

    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
        arena.close();
    }

    private long arm(int fd, int group, int nameBytes, int controlBytes) {
        MemorySegment header = ring.allocate(ScratchBlocks.BYTES);
        MessageVectors.header(header, 0);
        MessageVectors.name(header, 0, nameBytes);
        MessageVectors.control(header, 0, controlBytes);
        long receive = ring.add(sqe -> sqe.prepReceiveMessageMultishot(fd, header.address(), 0, group));
        ring.submit();
        header.fill((byte) 0x5a); // read during submission
        return receive;
    }

    private void cancel(long receive) {
        assertThat(ring.run(sqe -> sqe.prepCancel(receive)).result()).isZero();
        Cqe last = ring.awaitOf(receive);
        assertThat(last.failedWith(Errno.ECANCELED)).isTrue();
        assertThat(last.more()).isFalse();
    }

    private static ReceivedMessage read(ProvidedBuffers buffers, Cqe cqe) {
        return new ReceivedMessage(NAME, CONTROL).wrap(buffers.memory(), cqe.buffer() * 128L, cqe.result());
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "recv-multishot")
    void eachMessageTellsItsSender() {
        int to = sockets.udp();
        MemorySegment address = sockets.boundTo(to, sockets.loopback(0));
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 8, 128)) {
            long receive = arm(to, 1, NAME, CONTROL);
            for (int i = 0; i < 5; i++) {
                int from = sockets.udp();
                byte[] sent = Sockets.pattern(i, i + 1);
                MemorySegment bytes = sockets.copy(sent);
                assertThat(ring.run(sqe -> sqe.prepSendTo(from, bytes.address(), sent.length, 0, address.address(), 16))
                                .result())
                        .isEqualTo(sent.length);
                Cqe cqe = ring.awaitOf(receive);
                assertThat(cqe.more()).isTrue();
                assertThat(cqe.result()).isEqualTo(IN_FRONT + sent.length);
                ReceivedMessage message = read(buffers, cqe);
                assertThat(message.nameLengthBytes()).isEqualTo(16);
                assertThat(SocketAddresses.decode(message.name()))
                        .isEqualTo(SocketAddresses.decode(sockets.boundTo(from, address)));
                assertThat(message.controlLengthBytes()).isZero();
                assertThat(message.payload().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(sent);
                assertThat(message.truncated()).isFalse();
                assertThat(message)
                        .hasToString("ReceivedMessage[name 16, control 0, payload " + (i + 1) + ", flags 0x0]");
            }
            cancel(receive);
        }
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "recv-multishot")
    void aMessageThatWasCutSaysSo() {
        Pair pair = sockets.udpPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 128)) {
            long receive = arm(pair.right(), 1, NAME, CONTROL);
            byte[] sent = Sockets.pattern(1, 500);
            sockets.send(pair.left(), sent);
            Cqe cut = ring.awaitOf(receive);
            assertThat(cut.more()).as("no reason to end").isTrue();
            assertThat(cut.result()).isEqualTo(128);
            ReceivedMessage message = read(buffers, cut);
            assertThat(message.truncated()).isTrue();
            assertThat(message.flags()).isEqualTo(Libc.MSG_TRUNC);
            assertThat(message.payloadLengthBytes()).isEqualTo(128 - IN_FRONT);
            assertThat(message.payload().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Arrays.copyOf(sent, 128 - IN_FRONT));
            cancel(receive);
        }
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "recv-multishot")
    void aMessageThatWasCutCanTellItsLength() {
        Pair pair = sockets.udpPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 128)) {
            MemorySegment header = ring.allocate(ScratchBlocks.BYTES);
            MessageVectors.header(header, 0);
            MessageVectors.name(header, 0, NAME);
            MessageVectors.control(header, 0, CONTROL);
            long receive =
                    ring.add(sqe -> sqe.prepReceiveMessageMultishot(pair.right(), header.address(), Libc.MSG_TRUNC, 1));
            sockets.send(pair.left(), new byte[500]);
            Cqe cut = ring.awaitOf(receive);
            ReceivedMessage message = read(buffers, cut);
            assertThat(message.truncated()).isTrue();
            assertThat(message.payloadLengthBytes()).as("what is there").isEqualTo(128 - IN_FRONT);
            assertThat(message.messageLengthBytes()).as("what was sent").isEqualTo(500);
            cancel(receive);
        }
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "recv-multishot")
    void aDatagramWithoutBytesEndsIt() {
        Pair pair = sockets.udpPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 128)) {
            long receive = arm(pair.right(), 1, NAME, CONTROL);
            sockets.send(pair.left(), "");
            Cqe cqe = ring.awaitOf(receive);
            assertThat(cqe.more()).as("ends").isFalse();
            assertThat(cqe.result()).isEqualTo(IN_FRONT);
            assertThat(cqe.hasBuffer()).isTrue();
            assertThat(read(buffers, cqe).payloadLengthBytes()).isZero();
            long again = arm(pair.right(), 1, NAME, CONTROL);
            sockets.send(pair.left(), "next");
            assertThat(read(buffers, ring.awaitOf(again)).payload().toArray(ValueLayout.JAVA_BYTE))
                    .asString()
                    .isEqualTo("next");
            cancel(again);
        }
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "recv-multishot")
    void itEndsWithoutBuffersAndWithBuffersThatAreTooSmall() {
        Pair pair = sockets.udpPair();
        sockets.send(pair.left(), "text");
        try (ProvidedBuffers none = new ProvidedBuffers(ring, 1, 2, 128, 0);
                ProvidedBuffers small = ProvidedBuffers.full(ring, 2, 2, IN_FRONT - 1)) {
            Cqe empty = ring.awaitOf(arm(pair.right(), none.group(), NAME, CONTROL));
            assertThat(empty.failedWith(Errno.ENOBUFS)).isTrue();
            assertThat(empty.more()).isFalse();
            Cqe tooSmall = ring.awaitOf(arm(pair.right(), small.group(), NAME, CONTROL));
            assertThat(tooSmall.failedWith(Errno.EFAULT)).isTrue();
            assertThat(tooSmall.more()).isFalse();
        }
        assertThat(sockets.receiveText(pair.right(), 4)).as("it stayed").isEqualTo("text");
    }

    @Test
    @Shows(Opcode.RECVMSG)
    void controlDataStandBehindTheName() {
        Pair pair = sockets.udpPair();
        sockets.setOption(pair.right(), Libc.SOL_SOCKET, Libc.SO_TIMESTAMP, 1);
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 2, 128)) {
            long receive = arm(pair.right(), 1, NAME, CONTROL);
            sockets.send(pair.left(), "text");
            ReceivedMessage message = read(buffers, ring.awaitOf(receive));
            assertThat(message.controlLengthBytes()).isEqualTo(32); // header and struct timeval
            MemorySegment control = message.control();
            assertThat(control.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(32);
            assertThat(control.get(ValueLayout.JAVA_INT, 8)).isEqualTo(Libc.SOL_SOCKET);
            assertThat(control.get(ValueLayout.JAVA_INT, 12)).isEqualTo(Libc.SO_TIMESTAMP);
            assertThat(control.get(ValueLayout.JAVA_LONG, 16))
                    .as("seconds since 1970")
                    .isBetween(System.currentTimeMillis() / 1000 - 60, System.currentTimeMillis() / 1000 + 60);
            assertThat(message.payload().toArray(ValueLayout.JAVA_BYTE))
                    .asString()
                    .isEqualTo("text");
            cancel(receive);
        }
    }

    @Test
    @Shows(Opcode.RECVMSG)
    void aMessageIsReadFromALease() {
        Pair pair = sockets.udpPair();
        OwnedGroup<BufferRing> group =
                BufferRing.register(ring.ring(), arena, BufferRingConfig.of(4, 256), 1, () -> {});
        BufferRing buffers = group.pool();
        long receive = arm(pair.right(), 1, NAME, 0);
        sockets.send(pair.left(), "first");
        sockets.send(pair.left(), "second");
        ReceivedMessage message = new ReceivedMessage(NAME, 0);
        assertThat(message).hasToString("ReceivedMessage[nowhere]");
        for (String expected : new String[] {"first", "second"}) {
            Cqe cqe = ring.awaitOf(receive);
            try (BufferLease lease = buffers.take(cqe.result(), cqe.flags(), null)) {
                assertThat(message.wrap(lease).payload().toArray(ValueLayout.JAVA_BYTE))
                        .asString()
                        .isEqualTo(expected);
                assertThat(message.payloadOffset() - message.nameOffset()).isEqualTo(NAME);
                assertThat(SocketAddresses.decode(message.name()).getAddress().isLoopbackAddress())
                        .isTrue();
            }
        }
        cancel(receive);
        group.unregister();
        assertThatThrownBy(() -> message.wrap(MemorySegment.NULL, 0, 31))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 32 bytes");
        assertThatThrownBy(() -> new ReceivedMessage(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Shows(value = Opcode.RECVMSG, behaviour = "recvmsg-inc-tail")
    void messagesThatShareABufferAreReadWhereverTheyBegin() {
        assumeTrue(ring.ring().capabilities().has(Feature.MIN_TIMEOUT), "incremental buffers need Linux 6.12");
        Pair pair = sockets.udpPair();
        BufferRingConfig shared = BufferRingConfig.of(2, 256).withIncremental();
        OwnedGroup<BufferRing> group = BufferRing.register(ring.ring(), arena, shared, 1, () -> {});
        BufferRing buffers = group.pool();
        long receive = arm(pair.right(), 1, NAME, 0);
        ReceivedMessage message = new ReceivedMessage(NAME, 0);
        for (String text : new String[] {"odd", "even", "sizes"}) {
            sockets.send(pair.left(), text);
            Cqe cqe = ring.awaitOf(receive);
            assertThat(cqe.flags() & Abi.CQE_F_BUF_MORE).isNotZero();
            BufferLease lease = buffers.take(cqe.result(), cqe.flags(), null);
            assertThat(message.wrap(lease).payload().toArray(ValueLayout.JAVA_BYTE))
                    .asString()
                    .isEqualTo(text);
            assertThat(message.nameLengthBytes()).isEqualTo(NAME);
            lease.release();
        }
        cancel(receive);
        group.unregister();
    }
}
