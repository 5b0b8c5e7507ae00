package io.fluxring.core.file;

/**
 * Reads of a file at any position, each into memory of its caller; none makes the loop wait for a device. For reads that mostly go
 * forward. Belongs to the loop's thread.
 */
public final class PositionedReads {
    /** Hears of the end of a read. */
    @FunctionalInterface
    public interface Answer {
        /**
         * A read is over.
         *
         * @param bytes how many have come; fewer than were asked for when the file has ended or the read has failed
         * @param failure a negated errno; 0 for none
         */
        void done(int bytes, int failure);
    }

    private final OpenFile file;
    private final CacheFill cache;

    /**
     * Reads of a file.
     *
     * @param file closed with this
     */
    public PositionedReads(OpenFile file) {
        this.file = file;
        this.cache = new CacheFill(file, CacheFill.WINDOW_BYTES / 2);
    }

    /**
     * Begins to read. The memory is the kernel's until the answer.
     *
     * @param address of native memory
     * @param lengthBytes how many bytes, 1 or more
     * @param position where in the file, in bytes
     * @param answer hears of the end
     * @throws IllegalStateException when this is closed
     */
    public void read(long address, int lengthBytes, long position, Answer answer) {
        new FileRead(file, cache, (read, bytes, failure) -> answer.done(bytes, failure))
                .begin(address, lengthBytes, position);
    }

    /** Closes the file behind the reads on their way. */
    public void close() {
        file.close(ignored -> {});
    }
}
