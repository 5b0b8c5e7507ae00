package io.fluxring.netty.memory;

import io.fluxring.core.memory.BufferLease;

/** A piece of a file as Netty sees it. The last release gives it back to the ring. */
public final class PieceByteBuf extends RingByteBuf {
    private final BufferLease lease;
    private final Runnable released;

    /**
     * A piece that can be read as a whole.
     *
     * @param lease belongs to the new buffer
     * @param released runs once, behind the last release, on its thread
     */
    public PieceByteBuf(BufferLease lease, Runnable released) {
        super(lease.byteBuffer());
        this.lease = lease;
        this.released = released;
    }

    @Override
    protected void deallocate() {
        lease.release();
        released.run();
    }
}
