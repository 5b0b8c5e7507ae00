package io.fluxring.netty;

import io.fluxring.core.net.SendBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are in Netty's outbound buffer no more, and that a batch which was called off has not sent: they go out before all that
 * is there. They lie in one piece, however many loops have left some: a batch has room for a few pieces. Belongs to the event loop's
 * thread.
 */
final class CarriedBytes {
    private @Nullable ByteBuf bytes;

    boolean isEmpty() {
        return bytes == null;
    }

    /**
     * Copies bytes behind those that are there.
     *
     * @param more perhaps none
     * @param allocator where memory for them comes from
     */
    void add(byte[] more, ByteBufAllocator allocator) {
        if (more.length > 0) {
            withRoom(more.length, allocator).writeBytes(more);
        }
    }

    /** As {@link #add(byte[], ByteBufAllocator)}, and releases them. */
    void add(ByteBuf more, ByteBufAllocator allocator) {
        try {
            if (more.isReadable()) {
                withRoom(more.readableBytes(), allocator).writeBytes(more);
            }
        } finally {
            more.release();
        }
    }

    private ByteBuf withRoom(int lengthBytes, ByteBufAllocator allocator) {
        ByteBuf all = bytes;
        if (all == null) {
            all = allocator.directBuffer(lengthBytes);
            bytes = all;
        }
        return all;
    }

    /**
     * Moves all into a batch.
     *
     * @return how many bytes that are
     */
    int moveTo(SendBatch batch) {
        ByteBuf all = bytes;
        if (all == null) {
            return 0;
        }
        bytes = null;
        int lengthBytes = all.readableBytes();
        batch.add(all, all.memoryAddress(), lengthBytes);
        return lengthBytes;
    }

    void release() {
        ByteBuf unsent = bytes;
        bytes = null;
        if (unsent != null) {
            unsent.release();
        }
    }
}
