package io.fluxring.reactor.file.stream;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.reactor.operator.PieceSource;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Elements on their way to a file that is open for direct I/O: copied one behind the other into blocks that lie in memory as the bytes will
 * lie in the file. What comes before the first boundary of a block, and what is left behind the last one, are batches of their own, which go
 * through the page cache. Of one subscription; {@link #close} at its end.
 */
final class AlignedPieces<T> implements PieceSource<T>, LeaseHolder {
    /** Larger than the usual chunk of a read: a block that waits for its rest is none that the source needs to read it. */
    private static final int BLOCK_BYTES = 256 * 1024;

    /** Copies bytes of an element. */
    @FunctionalInterface
    interface Copy<T> {
        /** To a place in memory, from an offset within the element. */
        void copy(T element, int offsetBytes, MemorySegment to, long at, int lengthBytes);
    }

    private final PieceSource<T> plain;
    private final Copy<? super T> copy;
    private final RingLoop loop;
    private final String name;
    private final int alignment;

    private @Nullable BufferLease block; // that is being filled
    private int begin; // where in it the bytes begin that are in no batch
    private int end; // and where they end
    private int room; // up to where it is filled

    /** How many bytes come before the first boundary; 0 once they are in a batch. */
    private int headBytes;

    /**
     * Pieces for a file.
     *
     * @param plain knows the elements
     * @param copy of an element's bytes
     * @param alignment in bytes, of writes
     * @param position where in the file the first byte goes
     */
    AlignedPieces(
            PieceSource<T> plain, Copy<? super T> copy, RingLoop loop, String name, int alignment, long position) {
        this.plain = plain;
        this.copy = copy;
        this.loop = loop;
        this.name = name;
        this.alignment = alignment;
        int behind = (int) (position % alignment);
        this.headBytes = behind == 0 ? 0 : alignment - behind;
    }

    @Override
    public void arriving(T element) {
        plain.arriving(element);
    }

    @Override
    public int lengthBytes(T element) {
        return plain.lengthBytes(element);
    }

    @Override
    public int add(T element, int offsetBytes, PieceBatch batch, Runnable retry) {
        BufferLease into = block(retry);
        if (into == null) {
            return 0;
        }
        int length = plain.lengthBytes(element);
        int count = Math.min(length - offsetBytes, room - end);
        copy.copy(element, offsetBytes, into.memory(), into.offsetBytes() + end, count);
        end += count;
        if (end == room) {
            take(batch, end - begin);
        }
        if (offsetBytes + count == length) {
            plain.accept(element); // all of it is copied
        }
        return count;
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
            return null;
        }
        block = next;
        begin = 0;
        end = 0;
        room = headBytes > 0 ? headBytes : BLOCK_BYTES;
        return next;
    }

    /** Moves the first bytes of the block into a batch, and the block as a whole when they are all. */
    private void take(PieceBatch batch, int lengthBytes) {
        BufferLease from = block;
        if (from == null) {
            return;
        }
        long address = from.address() + begin;
        begin += lengthBytes;
        headBytes = 0;
        if (begin == end) {
            block = null;
            batch.add(from, address, lengthBytes);
        } else {
            batch.add(from.retain(), address, lengthBytes);
        }
    }

    @Override
    public boolean isPending() {
        return block != null;
    }

    /** Whole blocks first; the rest, which is less than one, by itself. */
    @Override
    public void flush(PieceBatch batch) {
        int left = end - begin;
        int whole = headBytes > 0 ? 0 : left / alignment * alignment;
        take(batch, whole > 0 ? whole : left);
    }

    /** Lets go of the block that is being filled. On the loop's thread. */
    void close() {
        BufferLease last = block;
        block = null;
        if (last != null) {
            last.release();
        }
    }

    /** What comes before the first boundary is a batch of its own. */
    @Override
    public boolean gathers() {
        return headBytes == 0 && !headTaken();
    }

    private boolean headTaken() {
        return room != BLOCK_BYTES && room != 0 && block == null;
    }

    @Override
    public void release(T element) {
        plain.release(element);
    }

    @Override
    public void discard(T element, Context context) {
        plain.discard(element, context);
    }

    /** The owner of a piece. */
    @Override
    public void accept(Object filled) {
        ((BufferLease) filled).release();
    }

    /** The pool wakes those who wait for memory. */
    @Override
    public void leaseReleased() {}

    @Override
    public String describe() {
        return name;
    }
}
