package io.fluxring.benchmarks.files;

/** What is done with a file. */
public enum Work {
    /** A file that is in the page cache is read from its begin to its end. */
    CACHED,
    /** The same of a file that is not in it. */
    COLD,
    /** The same past the page cache, {@code O_DIRECT}. */
    DIRECT,
    /** Blocks of 4 KiB are read at random, {@code O_DIRECT}. */
    RANDOM,
    /** A new file is written, and nothing is made durable. */
    WRITE,
    /** A new file is written, and made durable at its end ({@code fdatasync}). */
    WRITE_SYNC,
    /** A new file is written, and each write made durable ({@code O_DSYNC}). */
    WRITE_DSYNC;

    /** {@return whether the page cache is bypassed} */
    public boolean isDirect() {
        return this == DIRECT || this == RANDOM;
    }

    /** {@return whether a file is written} */
    public boolean isWrite() {
        return this == WRITE || this == WRITE_SYNC || this == WRITE_DSYNC;
    }
}
