package io.fluxring.reactor.file.stream;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.reactor.operator.BufferPieces;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Byte buffers on their way to a file: those on the heap are copied one behind the other into blocks, so that many small ones make one
 * large write. Of one subscription; {@link #close} at its end.
 */
final class FileBufferPieces extends BufferPieces {
    private static final int BLOCK_BYTES = 128 * 1024;

    private final RingLoop loop;
    private final String name;
    private @Nullable BufferLease block; // that is being filled
    private @Nullable ByteBuffer view; // of the block
    private int filledBytes;

    FileBufferPieces(RingLoop loop, String name) {
        this.loop = loop;
        this.name = name;
    }

    @Override
    protected int addCopy(ByteBuffer buffer, int offsetBytes, PieceBatch batch, Runnable retry) {
        int left = buffer.remaining() - offsetBytes;
        if (offsetBytes == 0 && left > BLOCK_BYTES - filledBytes && left <= BLOCK_BYTES) {
            close(); // it stays in one piece: what others append meanwhile must not stand in its middle
        }
        BufferLease into = block(retry);
        if (into == null) {
            return 0;
        }
        int length = Math.min(left, BLOCK_BYTES - filledBytes);
        view(into).put(filledBytes, buffer, buffer.position() + offsetBytes, length);
        long address = into.address() + filledBytes;
        if (!batch.extend(into, address, length)) {
            batch.add(into.retain(), address, length);
        }
        filledBytes += length;
        if (filledBytes == BLOCK_BYTES) {
            close(); // it is the batch's alone
        }
        return length;
    }

    /** Made once a block, not for each buffer. */
    private ByteBuffer view(BufferLease into) {
        ByteBuffer made = view;
        if (made == null) {
            made = into.byteBuffer();
            view = made;
        }
        return made;
    }

    private @Nullable BufferLease block(Runnable retry) {
        BufferLease current = block;
        if (current != null) {
            return current;
        }
        Slab blocks = loop.fileBlocks(BLOCK_BYTES);
        BufferLease next = blocks.allocate(this);
        if (next == null) {
            blocks.whenFree(retry);
        }
        block = next;
        return next;
    }

    /** Lets go of the block that is being filled. On the loop's thread. */
    void close() {
        BufferLease last = block;
        block = null;
        view = null;
        filledBytes = 0;
        if (last != null) {
            last.release();
        }
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public String describe() {
        return name;
    }
}
