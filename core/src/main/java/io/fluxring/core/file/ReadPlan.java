package io.fluxring.core.file;

/**
 * What a {@link FileReader} reads, and how.
 *
 * @param position where it begins, in bytes; {@link #CURRENT} for the file's own position, with one read at a time
 * @param lengthBytes how many bytes at most, {@link Long#MAX_VALUE} for all up to the end
 * @param chunkBytes the size of a piece, a power of two between 4 KiB and 4 MiB
 * @param readAhead how many reads may be on their way or wait for demand, 1 or more; a file that is cached needs fewer than that
 */
public record ReadPlan(long position, long lengthBytes, int chunkBytes, int readAhead) {
    /** The file's own position, which the read moves. */
    public static final long CURRENT = SteppedTransfer.CURRENT;

    /** The most reads of one reader at a time. */
    public static final int MOST_READ_AHEAD = 256;

    private static final int LEAST_CHUNK_BYTES = 4 * 1024;
    private static final int MOST_CHUNK_BYTES = 4 * 1024 * 1024;

    /** Checks the numbers. */
    public ReadPlan {
        if (position < CURRENT) {
            throw new IllegalArgumentException("a position can't be negative, apart from CURRENT: " + position);
        }
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("a length can't be negative: " + lengthBytes);
        }
        if (chunkBytes < LEAST_CHUNK_BYTES || chunkBytes > MOST_CHUNK_BYTES || Integer.bitCount(chunkBytes) != 1) {
            throw new IllegalArgumentException("a chunk has a power of two between " + LEAST_CHUNK_BYTES + " and "
                    + MOST_CHUNK_BYTES + " bytes: " + chunkBytes);
        }
        if (readAhead < 1 || readAhead > MOST_READ_AHEAD) {
            throw new IllegalArgumentException(
                    "reads ahead must be between 1 and " + MOST_READ_AHEAD + ": " + readAhead);
        }
    }
}
