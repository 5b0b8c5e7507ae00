package io.fluxring.benchmarks.reads;

/** Keeps a number of reads in flight. */
interface Reads extends AutoCloseable {
    /**
     * Reads for a time.
     *
     * @return how many reads have completed
     */
    long run(int depth, double seconds);

    /** How often the kernel was entered so far. */
    long enters();

    @Override
    void close();
}
