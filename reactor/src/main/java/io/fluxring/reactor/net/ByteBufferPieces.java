package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.operator.BufferPieces;
import java.nio.ByteBuffer;

/** Byte buffers on their way to a connection: those on the heap are copied, a block at a time. */
final class ByteBufferPieces extends BufferPieces {
    private final StreamSocket socket;

    ByteBufferPieces(StreamSocket socket) {
        this.socket = socket;
    }

    @Override
    protected int addCopy(ByteBuffer buffer, int offsetBytes, PieceBatch batch, Runnable retry) {
        Slab blocks = socket.loop().sendBlocks();
        BufferLease block = blocks.allocate(this);
        if (block == null) {
            blocks.whenFree(retry);
            return 0;
        }
        int length = Math.min(buffer.remaining() - offsetBytes, block.lengthBytes());
        block.byteBuffer().put(0, buffer, buffer.position() + offsetBytes, length);
        batch.add(block, block.address(), length);
        return length;
    }

    /** A block is one element's: what is left of a large one must not be overtaken. */
    @Override
    public boolean gathers() {
        return false;
    }

    /** Names the connection where blocks run out. */
    @Override
    public String describe() {
        return socket.file() + (socket.isOpen() ? "" : " (closed)");
    }
}
