package io.fluxring.reactor.operator;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.scratch.PieceBatch;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Fills batches with the elements of a source. An element that has room in no batch as a whole goes into the next ones with what is left
 * of it. Everything but the source's signals happens on the loop's thread.
 *
 * @param <T> what the source emits
 */
public abstract class PieceSubscriber<T> extends SourceQueue<T> {
    /** No limit to a batch but its number of pieces. */
    protected static final long ANY = Long.MAX_VALUE;

    private @Nullable T partial; // an element whose rest goes into the next batch
    private int partialBytes; // how many of its bytes are in a batch already
    private int taken; // elements taken since the source was last asked for more

    /**
     * A subscriber without a source.
     *
     * @param window the most elements that are asked for and not taken, a power of two
     */
    protected PieceSubscriber(RingLoop loop, int window) {
        super(loop, window);
    }

    @Override
    public abstract Context currentContext();

    /** Makes pieces of the elements. */
    protected abstract PieceSource<T> pieces();

    /** Whether the subscriber of this has cancelled. */
    protected abstract boolean isCancelled();

    /**
     * Moves what has arrived into a batch, as far as there is room for it.
     *
     * @param mostBytes with so many bytes the batch takes no further element
     * @param retry is run when nothing could be added for want of memory and there is some again
     */
    protected final void fill(PieceBatch batch, long mostBytes, Runnable retry) {
        while (!batch.isFull()
                && (pieces().gathers() || batch.isEmpty())
                && (mostBytes == ANY || batch.lengthBytes() < mostBytes)) {
            T element = partial;
            if (element == null) {
                element = isCancelled() ? null : poll(); // a cancel does not cut an element in two
                if (element == null) {
                    flush(batch);
                    return;
                }
                taken++;
                partial = element;
            }
            if (!addAll(element, batch, retry)) {
                return;
            }
        }
    }

    private void flush(PieceBatch batch) {
        if (batch.isEmpty() && pieces().isPending() && isExhausted() && failure() == null && !isCancelled()) {
            pieces().flush(batch);
        }
    }

    /** Adds what is left of the element that is {@link #partial}; returns whether that was all of it. */
    private boolean addAll(T element, PieceBatch batch, Runnable retry) {
        int length = pieces().lengthBytes(element);
        if (length == 0) {
            partial = null;
            pieces().release(element);
            return true;
        }
        int added = pieces().add(element, partialBytes, batch, retry);
        partialBytes += added;
        if (partialBytes < length) {
            return false;
        }
        partial = null;
        partialBytes = 0;
        return true;
    }

    /** Whether there is an element whose rest has to go out: it waits for memory; a cancel does not cut it in two. */
    protected final boolean hasRest() {
        if (partial == null) {
            return pieces().isPending() && isExhausted() && failure() == null && !isCancelled();
        }
        return !(isCancelled() && partialBytes == 0);
    }

    /** Asks for as many elements as were taken; returns whether that was any. */
    protected final boolean replenish() {
        int count = taken;
        if (count == 0 || isCancelled()) {
            return false;
        }
        taken = 0;
        requestMore(count);
        return true;
    }

    /** Disposes of what is left of an element. */
    protected final void discardRest() {
        T rest = partial;
        partial = null;
        partialBytes = 0;
        if (rest != null) {
            discard(rest);
        }
    }

    @Override
    protected final void arriving(T element) {
        pieces().arriving(element);
    }

    @Override
    protected final void discard(T element) {
        pieces().discard(element, currentContext());
    }
}
