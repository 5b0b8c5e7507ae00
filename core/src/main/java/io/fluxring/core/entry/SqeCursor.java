package io.fluxring.core.entry;

import java.lang.foreign.MemorySegment;

/**
 * Moves a queue's one {@link Sqe} over its entries. Only the queue has it: an entry that was claimed can't be moved by its
 * writer.
 */
public final class SqeCursor {
    private final Sqe sqe;

    /**
     * A cursor over a queue's memory.
     *
     * @param queue the memory of all entries
     * @param wide whether entries have 128 bytes instead of 64
     */
    public SqeCursor(MemorySegment queue, boolean wide) {
        this.sqe = new Sqe(queue, wide);
    }

    /**
     * The entries have moved; the view is valid again after the next {@link #at}.
     *
     * @param queue where they are now
     */
    public void moveTo(MemorySegment queue) {
        sqe.moveTo(queue);
    }

    /**
     * {@return the view, moved to the entry that begins at this offset, in bytes}
     *
     * @param offset from the start of the queue
     */
    public Sqe at(long offset) {
        return sqe.moveTo(offset);
    }
}
