package io.fluxring.reactor.operator;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.scratch.PieceBatch;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Leases go out from where they are, and are released after. */
public final class LeasePieces implements PieceSource<BufferLease> {
    /** The one that there is: it has no state. */
    public static final LeasePieces INSTANCE = new LeasePieces();

    private LeasePieces() {}

    /** A lease that is only lent, as by {@code Connection.receive()}, is the operator's from here on. */
    @Override
    public void arriving(BufferLease lease) {
        lease.adopt();
    }

    @Override
    public int lengthBytes(BufferLease lease) {
        return lease.lengthBytes();
    }

    @Override
    public int add(BufferLease lease, int offsetBytes, PieceBatch batch, Runnable retry) {
        int length = lease.lengthBytes() - offsetBytes;
        batch.add(lease, lease.address() + offsetBytes, length);
        return length;
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public void release(BufferLease lease) {
        lease.release();
    }

    @Override
    public void discard(BufferLease lease, Context context) {
        discardLease(lease, context);
    }

    /** Releases a lease behind the hooks for what is discarded; a hook that releases it itself does no harm. */
    public static void discardLease(BufferLease lease, Context context) {
        if (!lease.isLive()) {
            return; // the user's own release came first
        }
        if (lease.isShared()) {
            lease.release(); // others hold the bytes: they are not discarded
            return;
        }
        lease.lend();
        try {
            Operators.onDiscard(lease, context);
        } finally {
            lease.endLoan();
        }
    }

    /** The owner of a piece. */
    @Override
    public void accept(Object lease) {
        ((BufferLease) lease).release();
    }
}
