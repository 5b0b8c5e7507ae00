package io.fluxring.netty;

import io.fluxring.core.net.SendBatch;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * Bytes that are in Netty's outbound buffer no more, and that a batch which was called off has not sent: they go out before all that
 * is there. Belongs to the event loop's thread.
 */
final class CarriedBytes {
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>(0);

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Takes native memory over, behind what is there. */
    void add(ByteBuf piece) {
        pieces.add(piece);
    }

    /**
     * Moves all into a batch.
     *
     * @return how many bytes that are
     */
    int moveTo(SendBatch batch) {
        int lengthBytes = 0;
        for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            batch.add(piece, piece.memoryAddress() + piece.readerIndex(), piece.readableBytes());
            lengthBytes += piece.readableBytes();
        }
        return lengthBytes;
    }

    void release() {
        for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            piece.release();
        }
    }
}
