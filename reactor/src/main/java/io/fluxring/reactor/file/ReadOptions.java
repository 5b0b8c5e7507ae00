package io.fluxring.reactor.file;

import io.fluxring.core.file.ReadPlan;
import java.util.OptionalLong;

/**
 * What of a file is streamed, and how. Immutable; start from {@link #defaults()}.
 *
 * @param from where to begin, in bytes; empty for the start, and for the current position of a file that was open already
 * @param lengthBytes how many bytes at most; {@link Long#MAX_VALUE} for all up to the end
 * @param chunkBytes the size of a piece, a power of two between 4 KiB and 4 MiB; the last one may be shorter
 * @param readAhead how many reads may be on their way or wait for demand, 1 to 256. Memory for one stream is at most so many pieces;
 *     a file that is cached takes two.
 */
public record ReadOptions(OptionalLong from, long lengthBytes, int chunkBytes, int readAhead) {
    private static final ReadOptions DEFAULTS = new ReadOptions(OptionalLong.empty(), Long.MAX_VALUE, 128 * 1024, 8);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public ReadOptions {
        new ReadPlan(from.orElse(0), lengthBytes, chunkBytes, readAhead);
        if (from.orElse(0) < 0) {
            throw new IllegalArgumentException("a position can't be negative: " + from.getAsLong());
        }
    }

    /** {@return all of a file, in pieces of 128 KiB, up to 8 of them read ahead} */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with another beginning}
     *
     * @param position in bytes, 0 or more
     */
    public ReadOptions withFrom(long position) {
        return new ReadOptions(OptionalLong.of(position), lengthBytes, chunkBytes, readAhead);
    }

    /**
     * {@return these options with another length}
     *
     * @param bytes at most, 0 or more
     */
    public ReadOptions withLengthBytes(long bytes) {
        return new ReadOptions(from, bytes, chunkBytes, readAhead);
    }

    /**
     * {@return these options with pieces of another size}
     *
     * @param bytes a power of two between 4 KiB and 4 MiB
     */
    public ReadOptions withChunkBytes(int bytes) {
        return new ReadOptions(from, lengthBytes, bytes, readAhead);
    }

    /**
     * {@return these options with another number of reads ahead}
     *
     * @param reads 1 to 256
     */
    public ReadOptions withReadAhead(int reads) {
        return new ReadOptions(from, lengthBytes, chunkBytes, reads);
    }

    ReadPlan plan(long whereNotTold) {
        return new ReadPlan(from.orElse(whereNotTold), lengthBytes, chunkBytes, readAhead);
    }
}
