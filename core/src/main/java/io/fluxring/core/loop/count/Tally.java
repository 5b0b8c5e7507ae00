package io.fluxring.core.loop.count;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A number for each constant of an enum. Written by one thread, read by any: each number is current, their set is not a
 * snapshot.
 *
 * @param <E> what is counted
 */
@SuppressWarnings("EnumOrdinal") // an index into the numbers of this very object, never stored
public final class Tally<E extends Enum<E>> {
    private final AtomicLongArray values;

    /**
     * All numbers are 0.
     *
     * @param kind what is counted
     */
    public Tally(Class<E> kind) {
        this.values = new AtomicLongArray(kind.getEnumConstants().length);
    }

    /**
     * A number. Any thread.
     *
     * @param figure which
     * @return the number
     */
    public long get(E figure) {
        return values.getOpaque(figure.ordinal());
    }

    /**
     * Adds to a number. The writing thread only.
     *
     * @param figure which
     * @param amount how much
     */
    public void add(E figure, long amount) {
        values.setOpaque(figure.ordinal(), values.getPlain(figure.ordinal()) + amount);
    }

    /**
     * Adds one to a number. The writing thread only.
     *
     * @param figure which
     */
    public void increment(E figure) {
        add(figure, 1);
    }

    /**
     * Sets a number that is counted elsewhere. The writing thread only.
     *
     * @param figure which
     * @param value the number
     */
    public void set(E figure, long value) {
        values.setOpaque(figure.ordinal(), value);
    }
}
