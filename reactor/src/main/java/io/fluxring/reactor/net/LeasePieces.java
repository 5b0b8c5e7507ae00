package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;

/** Leases are sent from where they are, and released after. */
final class LeasePieces implements PieceSource<BufferLease> {
    static final LeasePieces INSTANCE = new LeasePieces();

    private LeasePieces() {}

    @Override
    public boolean add(BufferLease lease, SendBatch batch, Runnable retry) {
        if (lease.lengthBytes() == 0) {
            lease.release();
        } else {
            batch.add(lease, lease.address(), lease.lengthBytes());
        }
        return true;
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public void release(Object lease) {
        ((BufferLease) lease).release();
    }
}
