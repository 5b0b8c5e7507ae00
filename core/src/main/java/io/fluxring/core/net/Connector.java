package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect a socket, {@code connect(2)}, with a time limit. A connection that comes after the attempt was called off
 * is closed. Belongs to the loop's thread.
 */
public final class Connector extends Operation {
    private enum Phase {
        /** Not started, or on its way. */
        CONNECTING,
        /** Asked to end by {@link #cancel}. */
        CANCELLING,
        /** Asked to end by the time limit. */
        TIMED_OUT,
        /** The handler has heard. */
        ENDED
    }

    private final RingLoop loop;
    private final RawFd file;
    private final Object peer;
    private final Function<SegmentAllocator, MemorySegment> address;
    private final ConnectHandler handler;

    private Phase phase = Phase.CONNECTING;
    private @Nullable MemorySegment scratch; // the address, for as long as the kernel reads it
    private @Nullable Deadline limit;

    /**
     * An attempt, not started.
     *
     * @param loop the loop
     * @param file a socket of the address's family, not connected; belongs to the connector from here on
     * @param peer the address, for messages
     * @param address the address in the kernel's form, in memory from the allocator that it is given; at most {@value
     *     ScratchBlocks#BYTES} bytes
     * @param handler hears of the end
     */
    public Connector(
            RingLoop loop,
            RawFd file,
            Object peer,
            Function<SegmentAllocator, MemorySegment> address,
            ConnectHandler handler) {
        super(Opcode.CONNECT);
        this.loop = loop;
        this.file = file;
        this.peer = peer;
        this.address = address;
        this.handler = handler;
    }

    /**
     * Begins to connect. Where this throws, the descriptor is closed and the handler hears nothing but {@link ConnectHandler#closing}.
     *
     * @param timeoutNanos for how long to try, above 0; {@link RingLoop#FOREVER} to leave that to the kernel
     */
    public void start(long timeoutNanos) {
        scratch = loop.scratch().take();
        try {
            loop.submit(this);
        } catch (RuntimeException | Error e) {
            phase = Phase.ENDED;
            release();
            handler.closing();
            CloseOperation.submit(loop, file, closed -> {});
            throw e;
        }
        if (timeoutNanos != RingLoop.FOREVER) {
            limit = loop.schedule(() -> giveUp(Phase.TIMED_OUT), timeoutNanos);
        }
    }

    /** Calls the attempt off. Does nothing once the handler has heard. */
    public void cancel() {
        giveUp(Phase.CANCELLING);
    }

    private void giveUp(Phase reason) {
        if (phase == Phase.CONNECTING) {
            phase = reason;
            loop.cancel(this);
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        MemorySegment block = scratch;
        if (block == null) {
            throw new IllegalStateException("not started");
        }
        MemorySegment encoded = address.apply((bytes, alignment) -> block.asSlice(0, bytes));
        sqe.prepConnect(file.number(), encoded.address(), (int) encoded.byteSize());
    }

    @Override
    protected void completed(int result, int flags) {
        release();
        Phase before = phase;
        phase = Phase.ENDED;
        if (result >= 0 && before == Phase.CONNECTING) {
            handler.connected(file);
            return;
        }
        int reason =
                before == Phase.TIMED_OUT ? Errno.ETIMEDOUT.result() : result < 0 ? result : Errno.ECANCELED.result();
        handler.closing();
        CloseOperation.submit(loop, file, closed -> handler.failed(reason));
    }

    private void release() {
        MemorySegment block = scratch;
        if (block != null) {
            scratch = null;
            loop.scratch().giveBack(block);
        }
        Deadline pending = limit;
        if (pending != null) {
            limit = null;
            loop.unschedule(pending);
        }
    }

    @Override
    protected String describe() {
        return file + " to " + peer;
    }
}
