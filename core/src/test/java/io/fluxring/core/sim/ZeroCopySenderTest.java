package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.net.SendBatch;
import io.fluxring.core.net.SendHandler;
import io.fluxring.core.net.StreamGroup;
import io.fluxring.core.net.StreamSocket;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches without a copy. The simulated kernel complains of memory that changes while it is being sent. */
class ZeroCopySenderTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimulatedKernel kernel = new SimulatedKernel(1);
    private final RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
    private final Arena arena = Arena.ofShared();
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<String> outcomes = new ArrayList<>();
    private final int listener;
    private final SimulatedPeer peer;
    private final StreamSocket socket;
    private int lent;
    private boolean closed;
    private byte[] left = {};

    ZeroCopySenderTest() {
        loop.attach();
        listener = SimulatedListener.open(kernel);
        peer = kernel.connect(SimulatedListener.ADDRESS);
        int fd = SimulatedListener.accept(loop, listener);
        StreamGroup group = new StreamGroup(loop, loop.provideBuffers(BufferRingConfig.of(8, 64)));
        socket = new StreamSocket(group, new RawFd(fd), true, false, () -> closed = true);
    }

    @AfterEach
    void close() {
        socket.close();
        pass(SECOND);
        loop.close();
        kernel.close(listener);
        kernel.verifyNothingLeft();
        assertThat(closed).isTrue();
        assertThat(lent).as("pieces that were not let go of").isZero();
        arena.close();
    }

    private void pass(long nanos) {
        kernel.advance(nanos);
        loop.tick(0);
    }

    private void read() {
        received.writeBytes(peer.receive(1 << 20));
    }

    private void send(int... lengths) {
        SendBatch batch = socket.group().takeBatch(owner -> {
            lent--;
            ((MemorySegment) owner).fill((byte) 0xee); // an owner may do so from now on
        });
        for (int lengthBytes : lengths) {
            MemorySegment piece = arena.allocate(lengthBytes);
            for (int i = 0; i < lengthBytes; i++) {
                piece.set(ValueLayout.JAVA_BYTE, i, (byte) (expected.size() + i));
            }
            expected.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE));
            batch.add(piece, piece.address(), lengthBytes);
            lent++;
        }
        socket.sender().send(batch, new SendHandler() {
            @Override
            public void sent() {
                outcomes.add("sent");
            }

            @Override
            public void failed(int result) {
                outcomes.add("failed");
            }

            @Override
            public void recalled(SendBatch unsent, long sentBytes) {
                outcomes.add("recalled");
                left = unsent.copyOf((int) (expected.size() - sentBytes));
            }
        });
    }

    /** A peer that does not read keeps a batch for as long as it likes: what is left of it goes out by another. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 1})
    void aRecalledBatchTellsWhatIsLeft(int zeroCopyFromBytes) {
        socket.sender().zeroCopyFrom(zeroCopyFromBytes);
        send(100, 300_000, 300);
        pass(SECOND);
        assertThat(outcomes).isEmpty();
        socket.sender().recall();
        pass(SECOND);
        assertThat(outcomes).containsExactly("recalled", "failed");
        assertThat(left).hasSizeBetween(301, expected.size() - 101);
        SendBatch rest = socket.group().takeBatch(owner -> {});
        rest.add(this, arena.allocateFrom(ValueLayout.JAVA_BYTE, left).address(), left.length);
        socket.sender().send(rest, new SendHandler() {
            @Override
            public void sent() {
                outcomes.add("sent");
            }

            @Override
            public void failed(int result) {
                outcomes.add("failed");
            }
        });
        while (received.size() < expected.size()) {
            read();
            pass(SECOND);
        }
        assertThat(outcomes).containsExactly("recalled", "failed", "sent");
        assertThat(received.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void theSenderGoesOnBeforeTheKernelLetsGo() {
        kernel.faults(Faults.none().with(Fault.LATE_NOTIFICATION, 1));
        socket.sender().zeroCopyFrom(100);
        send(200, 300);
        loop.tick(0);
        assertThat(outcomes).containsExactly("sent");
        assertThat(lent).isEqualTo(2);
        send(50); // below the threshold
        loop.tick(0);
        assertThat(outcomes).containsExactly("sent", "sent");
        assertThat(lent).isEqualTo(2);
        pass(SECOND);
        assertThat(lent).isZero();
        read();
        assertThat(received.toByteArray()).isEqualTo(expected.toByteArray());
    }

    /** As through the loopback device: it would cost more than a copy. */
    @Test
    void aKernelThatCopiesIsNotAskedAgain() {
        socket.sender().zeroCopyFrom(100);
        send(200);
        pass(SECOND);
        send(200);
        pass(SECOND);
        assertThat(loop.counters().get(Counter.COPIED_SENDS)).isOne();
        assertThat(outcomes).containsExactly("sent", "sent");
    }

    /** The descriptor does not wait for a peer to acknowledge. */
    @Test
    void aCloseDoesNotWaitForTheKernelToLetGo() {
        kernel.faults(Faults.none().with(Fault.LATE_NOTIFICATION, 1));
        socket.sender().zeroCopyFrom(100);
        send(200);
        loop.tick(0);
        socket.close();
        loop.tick(0);
        loop.tick(0);
        assertThat(closed).isTrue();
        assertThat(lent).isOne();
        pass(SECOND);
        assertThat(lent).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverGoesWrongTheStreamIsWhole(long seed) {
        Random random = new Random(seed);
        kernel.socketBuffers(1000, 2000)
                .faults(Faults.none()
                        .with(Fault.LATE_NOTIFICATION, 0.5)
                        .with(Fault.SHORT_SEND, 0.5)
                        .with(Fault.INTERRUPT, 0.2)
                        .with(Fault.PUNT, 0.2)
                        .with(Fault.DELAY, 0.2)
                        .with(Fault.REORDER, 0.5));
        for (int sends = 0; sends < 300 || outcomes.size() < sends; ) {
            if (sends < 300 && socket.sender().isReady()) {
                socket.sender().zeroCopyFrom(100); // again, where the kernel has copied
                send(random.ints(1 + random.nextInt(3), 1, 1000).toArray());
                sends++;
            }
            pass(random.nextInt(1_000_000));
            read();
        }
        assertThat(outcomes).containsOnly("sent");
        for (int i = 0; i < 1000 && received.size() < expected.size(); i++) {
            pass(1_000_000);
            read();
        }
        assertThat(received.toByteArray()).isEqualTo(expected.toByteArray());
        kernel.faults(Faults.none());
        pass(SECOND);
    }

    @Test
    void aThresholdThatCannotBeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> socket.sender().zeroCopyFrom(0));
    }
}
