package io.fluxring.core.memory.owner;

/**
 * A table of registered buffers, for its owner, who takes the ring's completions. On the ring's thread.
 *
 * @param <T> the table as users have it
 */
public interface OwnedTable<T> {
    /** {@return the table as users have it} */
    T table();

    /**
     * Looks at a completion.
     *
     * @param userData the completion's
     * @return whether it was a tag of this table; then a buffer's memory has been given back
     */
    boolean completed(long userData);

    /** Gives the table up. Each buffer comes back by its tag's completion, after the last operation on it. Idempotent. */
    void unregister();

    /**
     * Gives all memory back. Only when the ring was closed with nothing in flight.
     *
     * @throws IllegalStateException when the ring is open
     */
    void ringClosed();
}
