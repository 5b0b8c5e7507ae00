package io.fluxring.core.net.datagram;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.MessageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a datagram socket: each datagram is an operation of its own, of which several may be in flight. The bytes belong
 * to the sender until the datagram's end is reported. The datagrams of a Unix socket keep their order; those of others mostly do.
 */
public final class DatagramSender {
    /** How many datagrams may be in flight on one socket: as many as one enter carries well. */
    public static final int MOST_IN_FLIGHT = 32;

    // In the block, behind the header and one vector.
    private static final long NAME_OFFSET = 128;
    private static final long CONTROL_OFFSET = 240;

    private final DatagramSocket socket;
    private final @Nullable OrderedSends ordered;
    private final ArrayDeque<DatagramSend> spare = new ArrayDeque<>();
    private final Set<DatagramSend> inFlight = new HashSet<>();

    DatagramSender(DatagramSocket socket, boolean unix) {
        this.socket = socket;
        this.ordered = unix ? new OrderedSends(socket) : null;
    }

    /** {@return whether another datagram may be sent} */
    public boolean isReady() {
        return socket.isOpen() && inFlight.size() < MOST_IN_FLIGHT;
    }

    /** {@return how many are in flight} */
    public int inFlight() {
        return inFlight.size();
    }

    /**
     * Sends a datagram.
     *
     * @param address where its bytes are, stable until {@code done} is called
     * @param lengthBytes how many, 0 or more
     * @param to the receiver's address in the kernel's form, in memory from the allocator that it is given; null for the peer that the
     *     socket is connected to. What it throws is thrown here, and nothing is sent.
     * @param done is given the bytes sent, or a negated errno; {@code -ECANCELED} when the socket is closed. On the loop's thread.
     * @throws IllegalStateException when the socket is closed; {@code done} is not called then
     */
    public void send(
            long address, int lengthBytes, @Nullable Function<SegmentAllocator, MemorySegment> to, IntConsumer done) {
        send(address, lengthBytes, 0, to, done);
    }

    /**
     * Sends datagrams of one length, and perhaps a shorter one behind them, from bytes that follow each other: the kernel cuts them
     * ({@code UDP_SEGMENT}).
     *
     * @param address as for a datagram
     * @param lengthBytes of all of them, at most 65,507
     * @param segmentBytes the length of each, 1 to 65,535; 0 for one datagram
     * @param to as for a datagram
     * @param done as for a datagram; all of them have one outcome
     * @throws IllegalStateException when the socket is closed; {@code done} is not called then
     */
    public void send(
            long address,
            int lengthBytes,
            int segmentBytes,
            @Nullable Function<SegmentAllocator, MemorySegment> to,
            IntConsumer done) {
        socket.operationBegins();
        DatagramSend next = spare.isEmpty() ? new DatagramSend(socket, this) : spare.pop();
        MemorySegment block = loop().scratch().take();
        next.begin(block, done);
        inFlight.add(next);
        try {
            MessageVectors.set(block, 0, address, lengthBytes);
            MessageVectors.header(block, 1);
            if (to != null) {
                MemorySegment name = to.apply((bytes, alignment) -> block.asSlice(NAME_OFFSET, bytes));
                MessageVectors.name(block, name.address(), (int) name.byteSize());
            }
            if (segmentBytes > 0) {
                putSegmentLength(block, segmentBytes);
            }
            if (ordered == null) {
                loop().submit(next);
            } else {
                ordered.add(next);
            }
        } catch (RuntimeException | Error e) {
            next.end();
            socket.operationEnded();
            throw e;
        }
    }

    private static void putSegmentLength(MemorySegment block, int segmentBytes) {
        if (segmentBytes > 0xffff) {
            throw new IllegalArgumentException("segmentBytes must be at most 65,535: " + segmentBytes);
        }
        MemorySegment control = block.asSlice(CONTROL_OFFSET, MessageLayout.pieceSpaceBytes(Short.BYTES));
        MessageLayout.putPiece(control, Libc.IPPROTO_UDP, Libc.UDP_SEGMENT, Short.BYTES);
        control.set(ValueLayout.JAVA_SHORT, MessageLayout.PIECE_BYTES, (short) segmentBytes);
        MessageVectors.control(block, control.address(), control.byteSize());
    }

    private RingLoop loop() {
        return socket.loop();
    }

    /** How Unix sockets send; null for others. */
    @Nullable
    OrderedSends ordered() {
        return ordered;
    }

    void ended(DatagramSend over) {
        inFlight.remove(over);
        spare.push(over);
    }

    void close() {
        inFlight.forEach(loop()::cancel); // does nothing to those that are not in the ring
        if (ordered != null) {
            ordered.close();
        }
    }
}
