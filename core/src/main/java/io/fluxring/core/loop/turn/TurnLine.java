package io.fluxring.core.loop.turn;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Work that a round of a loop does only so much of, and the line of what waits for a later round. The kernel copies the bytes of a
 * large send, or of a read of a cached file, while it takes the operation: a hundred of them in one enter would keep the loop from
 * everything else for as long as that takes.
 *
 * <p>How many bytes make up a round's turn is found by measuring rounds that were full: what a copy costs depends on the processor,
 * its caches, and on whose memory it is. A round takes one piece of work at least. Belongs to the loop's thread.
 *
 * @param <T> the work
 */
public final class TurnLine<T> {
    /** Short beside the time in which a network answers, long beside an enter. */
    static final long TURN_NANOS = 250_000;

    static final int FIRST_BYTES = 512 * 1024;
    static final int LEAST_BYTES = 64 * 1024;
    static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int FIRST_PLACES = 16; // a power of two, as all that follow

    // A ring of places, so that a wait allocates nothing.
    private @Nullable Object[] works = new Object[FIRST_PLACES];
    private int[] lengths = new int[FIRST_PLACES];
    private int first;
    private int size;

    private int turnBytes = FIRST_BYTES;
    private int leftBytes = FIRST_BYTES;

    /**
     * Whether work may be done in this round. It counts then; otherwise it is to be added.
     *
     * @param lengthBytes how many bytes it copies
     */
    public boolean admits(int lengthBytes) {
        if (leftBytes <= 0 || size > 0) {
            return false;
        }
        leftBytes -= lengthBytes;
        return true;
    }

    /**
     * Adds work to the end of the line.
     *
     * @param lengthBytes how many bytes it copies
     */
    public void add(T work, int lengthBytes) {
        if (size == works.length) {
            grow();
        }
        put(size, work, lengthBytes);
        size++;
    }

    private int place(int index) {
        return (first + index) & (works.length - 1);
    }

    private void put(int index, @Nullable Object work, int lengthBytes) {
        works[place(index)] = work;
        lengths[place(index)] = lengthBytes;
    }

    @SuppressWarnings("unchecked") // only add puts something there
    private T work(int index) {
        return (T) Objects.requireNonNull(works[place(index)]);
    }

    private void grow() {
        @Nullable Object[] moreWorks = new Object[2 * works.length];
        int[] moreLengths = new int[2 * lengths.length];
        for (int i = 0; i < size; i++) {
            moreWorks[i] = works[place(i)];
            moreLengths[i] = lengths[place(i)];
        }
        works = moreWorks;
        lengths = moreLengths;
        first = 0;
    }

    /** {@return the work whose turn it is, which leaves the line; null when the round is full, or nothing waits} */
    public @Nullable T next() {
        if (leftBytes <= 0 || size == 0) {
            return null;
        }
        T work = work(0);
        leftBytes -= lengths[first];
        works[first] = null;
        first = place(1);
        size--;
        return work;
    }

    /** {@return how many wait} */
    public int size() {
        return size;
    }

    /** {@return whether nothing waits} */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Hands out what waits, in order. */
    public void forEach(Consumer<? super T> visitor) {
        for (int i = 0; i < size; i++) {
            visitor.accept(work(i));
        }
    }

    /** Takes work out of the line. */
    public void remove(Predicate<? super T> condition, Consumer<? super T> removed) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            T work = work(i);
            if (condition.test(work)) {
                removed.accept(work);
            } else {
                put(kept++, work, lengths[place(i)]);
            }
        }
        for (int i = kept; i < size; i++) {
            put(i, null, 0);
        }
        size = kept;
    }

    /** A round is over, and the next one begins. */
    public void nextRound() {
        leftBytes = turnBytes;
    }

    /**
     * A full round is over, and the next one begins.
     *
     * @param nanos for how long the loop was within the kernel
     */
    public void nextRound(long nanos) {
        if (nanos > 2 * TURN_NANOS) {
            turnBytes = Math.max(LEAST_BYTES, turnBytes / 2);
        } else if (nanos < TURN_NANOS / 2) {
            turnBytes = Math.min(MOST_BYTES, turnBytes * 2);
        }
        nextRound();
    }

    @Override
    public String toString() {
        return size + " waiting for a turn of " + turnBytes + " bytes";
    }
}
