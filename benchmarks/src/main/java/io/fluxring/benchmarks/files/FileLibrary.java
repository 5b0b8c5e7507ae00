package io.fluxring.benchmarks.files;

import java.io.IOException;

/** A way to work on files. Each method opens the file and closes it at its end. One thread calls them. */
interface FileLibrary extends AutoCloseable {

    /**
     * Reads a file in order, and has every piece looked at.
     *
     * @return how many bytes there were
     */
    long read(Task task) throws IOException, InterruptedException;

    /**
     * Keeps so many reads at random in flight for a time.
     *
     * @return how many have completed within it
     */
    default long readAtRandom(Task task) throws IOException, InterruptedException {
        throw new UnsupportedOperationException("has no reads at random");
    }

    /**
     * Writes a new file.
     *
     * @return how many bytes
     */
    default long write(Task task) throws IOException, InterruptedException {
        throw new UnsupportedOperationException("has no writes");
    }

    @Override
    default void close() {}
}
