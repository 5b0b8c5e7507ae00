package io.fluxring.reactor.file;

import io.fluxring.core.file.WritePlan;
import java.util.OptionalLong;

/**
 * Where in a file a stream is written, and how. Immutable; start from {@link #defaults()}.
 *
 * @param position where to begin, in bytes; empty for the start, for the end of a file that was opened to append, and for the current
 *     position of one that was open already
 * @param writeBehind how many writes may be on their way, 1 to 256
 * @param durability what is on the device at the end
 */
public record WriteOptions(OptionalLong position, int writeBehind, Durability durability) {
    private static final WriteOptions DEFAULTS = new WriteOptions(OptionalLong.empty(), 4, Durability.NONE);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public WriteOptions {
        new WritePlan(position.orElse(0), writeBehind, durability.sync());
        if (position.orElse(0) < 0) {
            throw new IllegalArgumentException("a position can't be negative: " + position.getAsLong());
        }
    }

    /** {@return from the start, up to 4 writes on their way, and nothing made durable} */
    public static WriteOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with another place}
     *
     * @param bytes 0 or more
     */
    public WriteOptions withPosition(long bytes) {
        return new WriteOptions(OptionalLong.of(bytes), writeBehind, durability);
    }

    /**
     * {@return these options with another number of writes}
     *
     * @param writes 1 to 256
     */
    public WriteOptions withWriteBehind(int writes) {
        return new WriteOptions(position, writes, durability);
    }

    /**
     * {@return these options with another promise}
     *
     * @param newDurability what is on the device at the end
     */
    public WriteOptions withDurability(Durability newDurability) {
        return new WriteOptions(position, writeBehind, newDurability);
    }

    WritePlan plan(long whereNotTold) {
        return new WritePlan(position.orElse(whereNotTold), writeBehind, durability.sync());
    }
}
