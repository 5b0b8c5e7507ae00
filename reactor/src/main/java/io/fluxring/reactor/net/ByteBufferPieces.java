package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Byte buffers: a direct one is sent from where it is and kept reachable meanwhile; a heap one is copied, a block at a time,
 * because the collector may move it.
 */
final class ByteBufferPieces implements PieceSource<ByteBuffer> {
    private final RingLoop loop;

    ByteBufferPieces(RingLoop loop) {
        this.loop = loop;
    }

    @Override
    public boolean add(ByteBuffer buffer, SendBatch batch, Runnable retry) {
        if (!buffer.hasRemaining()) {
            return true;
        }
        if (buffer.isDirect()) {
            batch.add(buffer, MemorySegment.ofBuffer(buffer).address(), buffer.remaining());
            return true;
        }
        Slab blocks = loop.sendBlocks();
        BufferLease block = blocks.allocate(null);
        if (block == null) {
            blocks.whenFree(retry);
            return false;
        }
        int length = Math.min(buffer.remaining(), block.lengthBytes());
        ByteBuffer chunk = buffer.slice(buffer.position(), length);
        block.byteBuffer().put(chunk);
        buffer.position(buffer.position() + length);
        batch.add(block, block.address(), length);
        return !buffer.hasRemaining();
    }

    /** A block is one element's: what is left of a large one must not be overtaken. */
    @Override
    public boolean gathers() {
        return false;
    }

    @Override
    public void release(Object bufferOrBlock) {
        if (bufferOrBlock instanceof BufferLease block) {
            block.release();
        }
    }
}
