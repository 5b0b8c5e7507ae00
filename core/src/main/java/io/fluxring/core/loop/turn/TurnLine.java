package io.fluxring.core.loop.turn;

import java.util.ArrayDeque;
import java.util.Iterator;
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

    private record Waiting<T>(T work, int lengthBytes) {}

    private final ArrayDeque<Waiting<T>> line = new ArrayDeque<>();
    private int turnBytes = FIRST_BYTES;
    private int leftBytes = FIRST_BYTES;

    /**
     * Whether work may be done in this round. It counts then; otherwise it is to be added.
     *
     * @param lengthBytes how many bytes it copies
     */
    public boolean admits(int lengthBytes) {
        if (leftBytes <= 0 || !line.isEmpty()) {
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
        line.addLast(new Waiting<>(work, lengthBytes));
    }

    /** {@return the work whose turn it is, which leaves the line; null when the round is full, or nothing waits} */
    public @Nullable T next() {
        if (leftBytes <= 0) {
            return null;
        }
        Waiting<T> first = line.pollFirst();
        if (first == null) {
            return null;
        }
        leftBytes -= first.lengthBytes();
        return first.work();
    }

    /** {@return how many wait} */
    public int size() {
        return line.size();
    }

    /** {@return whether nothing waits} */
    public boolean isEmpty() {
        return line.isEmpty();
    }

    /** Hands out what waits, in order. */
    public void forEach(Consumer<? super T> visitor) {
        line.forEach(waiting -> visitor.accept(waiting.work()));
    }

    /** Takes work out of the line. */
    public void remove(Predicate<? super T> condition, Consumer<? super T> removed) {
        Iterator<Waiting<T>> all = line.iterator();
        while (all.hasNext()) {
            T work = all.next().work();
            if (condition.test(work)) {
                all.remove();
                removed.accept(work);
            }
        }
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
        return line.size() + " waiting for a turn of " + turnBytes + " bytes";
    }
}
