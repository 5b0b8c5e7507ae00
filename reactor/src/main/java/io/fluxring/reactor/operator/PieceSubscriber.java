package io.fluxring.reactor.operator;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.scratch.PieceBatch;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Fills batches with the elements of a source. An element that has room in no batch as a whole goes into the next ones with what is left
 * of it. Everything but the source's signals happens on the loop's thread.
 *
 * @param <T> what the source emits
 */
public abstract class PieceSubscriber<T> extends SourceQueue<T> implements Subscription {
    /** No limit to a batch but its number of pieces. */
    protected static final long ANY = Long.MAX_VALUE;

    private @Nullable T partial; // an element whose rest goes into the next batch
    private int partialBytes; // how many of its bytes are in a batch already
    private int taken; // elements taken since the source was last asked for more
    private volatile boolean cancelled;
    private boolean feeding;

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

    /** Who hears of the end. */
    protected abstract CoreSubscriber<?> actual();

    /** Whether that subscriber gets no further signal. */
    protected abstract boolean isTerminated();

    /** Moves what has arrived to where it goes, as far as that takes it, and looks for the end. */
    protected abstract void feed();

    /** The part of {@link #feed} in which an element may turn out to be unusable. */
    protected abstract void moveArrived();

    /** Whether the subscriber has cancelled. */
    protected final boolean isCancelled() {
        return cancelled;
    }

    @Override
    public final void cancel() {
        if (!cancelled) {
            cancelled = true;
            wake();
        }
    }

    /** Whether {@link #moveArrived} runs, or will when the source has answered: the source may answer from within. */
    protected final boolean isFeeding() {
        return feeding;
    }

    /** Has {@link #moveArrived} run; an element that can't be used, such as a lease that was released already, is the source's failure. */
    protected final void move() {
        feeding = true;
        try {
            moveArrived();
        } catch (Throwable e) {
            failSource(e);
            discardRest();
        } finally {
            feeding = false;
        }
    }

    /** There is room again: asks for what was taken, then feeds; what the source answers at once goes into one batch. */
    protected final void refill() {
        feeding = true;
        try {
            replenish();
        } finally {
            feeding = false;
            feed();
        }
    }

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
                element = cancelled ? null : poll(); // a cancel does not cut an element in two
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
        if (batch.isEmpty() && pieces().isPending() && isExhausted() && failure() == null && !cancelled) {
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
            return pieces().isPending() && isExhausted() && failure() == null && !cancelled;
        }
        return !(cancelled && partialBytes == 0);
    }

    /** Asks for as many elements as were taken. */
    protected final void replenish() {
        int count = taken;
        if (count > 0 && !cancelled) {
            taken = 0;
            requestMore(count);
        }
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

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual();
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return isTerminated();
        }
        return super.scanUnsafe(key);
    }
}
