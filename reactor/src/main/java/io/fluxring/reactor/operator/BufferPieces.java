package io.fluxring.reactor.operator;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.scratch.PieceBatch;
import java.nio.ByteBuffer;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Byte buffers: a direct one goes out from where it is and is kept reachable meanwhile; one on the heap is copied, because the collector may
 * move it. The buffer itself, its position included, is never changed: it may be a constant, or be on its way elsewhere as well.
 */
public abstract class BufferPieces implements PieceSource<ByteBuffer>, LeaseHolder {
    /** Copies bytes of a buffer on the heap, and adds the copy; see {@link PieceSource#add}. */
    protected abstract int addCopy(ByteBuffer buffer, int offsetBytes, PieceBatch batch, Runnable retry);

    @Override
    public final int lengthBytes(ByteBuffer buffer) {
        return buffer.remaining();
    }

    @Override
    public final int add(ByteBuffer buffer, int offsetBytes, PieceBatch batch, Runnable retry) {
        if (!buffer.isDirect()) {
            return addCopy(buffer, offsetBytes, batch, retry);
        }
        int left = buffer.remaining() - offsetBytes;
        batch.add(buffer, DirectBuffers.address(buffer) + offsetBytes, left);
        return left;
    }

    @Override
    public final void release(ByteBuffer buffer) {
        // it is the collector's
    }

    @Override
    public final void discard(ByteBuffer buffer, Context context) {
        Operators.onDiscard(buffer, context);
    }

    /** The owner of a piece. */
    @Override
    public final void accept(Object bufferOrBlock) {
        if (bufferOrBlock instanceof BufferLease block) {
            block.release();
        }
    }

    /** The pool wakes those who wait for a block. */
    @Override
    public final void leaseReleased() {}
}
