package io.fluxring.core.net.datagram;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a datagram socket: each datagram is an operation of its own, of which several may be in flight. The bytes belong
 * to the sender until the datagram's end is reported.
 */
public final class DatagramSender {
    /** How many datagrams may be in flight on one socket: as many as one enter carries well. */
    public static final int MOST_IN_FLIGHT = 32;

    private static final long NAME_OFFSET = 128; // in the block, behind the header and one vector

    private final DatagramSocket socket;
    private final ArrayDeque<Datagram> spare = new ArrayDeque<>();
    private final Set<Datagram> inFlight = new HashSet<>();

    DatagramSender(DatagramSocket socket) {
        this.socket = socket;
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
     *     socket is connected to
     * @param done is given the bytes sent, or a negated errno; {@code -ECANCELED} when the socket is closed. On the loop's thread.
     */
    public void send(
            long address, int lengthBytes, @Nullable Function<SegmentAllocator, MemorySegment> to, IntConsumer done) {
        Datagram next = spare.isEmpty() ? new Datagram() : spare.pop();
        MemorySegment block = loop().scratch().take();
        MessageVectors.set(block, 0, address, lengthBytes);
        MessageVectors.header(block, 1);
        if (to != null) {
            MemorySegment name = to.apply((bytes, alignment) -> block.asSlice(NAME_OFFSET, bytes));
            MessageVectors.name(block, name.address(), (int) name.byteSize());
        }
        next.begin(block, done);
        inFlight.add(next);
        socket.operationBegins();
        try {
            loop().submit(next);
        } catch (RuntimeException | Error e) {
            next.end();
            socket.operationEnded();
            throw e;
        }
    }

    private RingLoop loop() {
        return socket.loop();
    }

    void close() {
        inFlight.forEach(each -> loop().cancel(each));
    }

    private final class Datagram extends Operation {
        private @Nullable MemorySegment block;
        private IntConsumer done = result -> {};

        Datagram() {
            super(Opcode.SENDMSG);
        }

        void begin(MemorySegment header, IntConsumer whenDone) {
            block = header;
            done = whenDone;
        }

        @Override
        protected void prepare(Sqe sqe) {
            MemorySegment header = block;
            if (header == null) {
                throw new IllegalStateException("no header");
            }
            sqe.prepSendMessage(socket.fd(), header.address(), 0);
        }

        @Override
        protected void completed(int result, int flags) {
            if (socket.isOpen() && (result == Errno.EINTR.result() || result == Errno.EAGAIN.result())) {
                loop().submit(this);
                return;
            }
            if (result > 0) {
                loop().tally().add(Counter.BYTES_SENT, result);
            }
            IntConsumer to = done;
            end();
            try {
                to.accept(result);
            } finally {
                socket.operationEnded();
            }
        }

        void end() {
            inFlight.remove(this);
            MemorySegment header = block;
            block = null;
            done = result -> {};
            if (header != null) {
                loop().scratch().giveBack(header);
            }
            spare.push(this);
        }

        @Override
        protected String describe() {
            return socket.toString();
        }
    }
}
