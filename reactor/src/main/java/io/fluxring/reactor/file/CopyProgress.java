package io.fluxring.reactor.file;

/**
 * How far a copy is.
 *
 * @param totalBytes the size of the source as it was at the beginning; in the last element what was copied; 0 while that is not known, as
 *     of a pipe
 * @param copiedBytes how many bytes from the beginning on are in the target, holes included
 */
public record CopyProgress(long totalBytes, long copiedBytes) {
    /** {@return from 0 to 1; 0 while the total is not known} An empty file counts as copied. */
    public double fraction() {
        if (totalBytes == 0) {
            return copiedBytes == 0 ? 1 : 0;
        }
        return Math.min(1, (double) copiedBytes / totalBytes);
    }
}
