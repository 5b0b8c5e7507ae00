package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.operator.DirectBuffers;
import io.fluxring.reactor.operator.PieceSource;
import java.nio.ByteBuffer;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Byte buffers: a direct one is sent from where it is and kept reachable meanwhile; a heap one is copied, a block at a time,
 * because the collector may move it. The buffer itself, its position included, is never changed: it may be a constant, or be
 * on its way to other connections.
 */
final class ByteBufferPieces implements PieceSource<ByteBuffer>, LeaseHolder {
    private final StreamSocket socket;

    ByteBufferPieces(StreamSocket socket) {
        this.socket = socket;
    }

    @Override
    public int lengthBytes(ByteBuffer buffer) {
        return buffer.remaining();
    }

    @Override
    public int add(ByteBuffer buffer, int offsetBytes, PieceBatch batch, Runnable retry) {
        int left = buffer.remaining() - offsetBytes;
        if (buffer.isDirect()) {
            batch.add(buffer, DirectBuffers.address(buffer) + offsetBytes, left);
            return left;
        }
        Slab blocks = socket.loop().sendBlocks();
        BufferLease block = blocks.allocate(this);
        if (block == null) {
            blocks.whenFree(retry);
            return 0;
        }
        int length = Math.min(left, block.lengthBytes());
        block.byteBuffer().put(0, buffer, buffer.position() + offsetBytes, length);
        batch.add(block, block.address(), length);
        return length;
    }

    /** A block is one element's: what is left of a large one must not be overtaken. */
    @Override
    public boolean gathers() {
        return false;
    }

    @Override
    public void release(ByteBuffer buffer) {
        // it is the collector's
    }

    @Override
    public void discard(ByteBuffer buffer, Context context) {
        Operators.onDiscard(buffer, context);
    }

    /** The owner of a piece. */
    @Override
    public void accept(Object bufferOrBlock) {
        if (bufferOrBlock instanceof BufferLease block) {
            block.release();
        }
    }

    @Override
    public void leaseReleased() {
        // one block at a time, and none is waited for here
    }

    /** Names the connection where blocks run out. */
    @Override
    public String describe() {
        return socket.file() + (socket.isOpen() ? "" : " (closed)");
    }
}
