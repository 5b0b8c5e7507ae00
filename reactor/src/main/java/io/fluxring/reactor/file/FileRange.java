package io.fluxring.reactor.file;

import io.fluxring.core.file.RangeReader;

/**
 * A range of a file.
 *
 * @param position where it begins, in bytes, 0 or more
 * @param lengthBytes how long it is, 1 byte to 4 MiB
 */
public record FileRange(long position, int lengthBytes) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public FileRange {
        if (position < 0) {
            throw new IllegalArgumentException("a position can't be negative: " + position);
        }
        if (lengthBytes < 1 || lengthBytes > RangeReader.MOST_BYTES) {
            throw new IllegalArgumentException("a range has 1 to " + RangeReader.MOST_BYTES + " bytes: " + lengthBytes);
        }
    }
}
