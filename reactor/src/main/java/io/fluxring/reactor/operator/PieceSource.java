package io.fluxring.reactor.operator;

import io.fluxring.core.memory.scratch.PieceBatch;
import java.util.function.Consumer;
import reactor.util.context.Context;

/**
 * Turns elements into pieces of native memory. Takes back each owner of a piece that was sent or given up, as the batch's consumer.
 * On the loop's thread, apart from {@link #arriving} and {@link #discard}.
 *
 * @param <T> the elements
 */
public interface PieceSource<T> extends Consumer<Object> {
    /** Takes an element over as it arrives, on the thread of its source. */
    default void arriving(T element) {}

    /** How many bytes of an element there are to send. */
    int lengthBytes(T element);

    /**
     * Adds bytes of an element to a batch that has room for a piece.
     *
     * @param offsetBytes where to begin, less than {@link #lengthBytes}
     * @param retry is run when nothing could be added for want of memory and there is some again
     * @return how many bytes were added; 0 for want of memory
     */
    int add(T element, int offsetBytes, PieceBatch batch, Runnable retry);

    /** Whether it keeps bytes of elements that were added, for {@link #flush}. */
    default boolean isPending() {
        return false;
    }

    /** All elements were added: adds bytes that were kept to a batch, which is empty; perhaps not all of them. */
    default void flush(PieceBatch batch) {}

    /** Whether other elements may go into the batch behind this one. */
    boolean gathers();

    /** Lets go of an element that has no bytes. */
    void release(T element);

    /** Disposes of an element that will not be sent, with its subscriber's hooks for that. Any thread. */
    void discard(T element, Context context);
}
