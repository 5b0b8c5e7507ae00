package io.fluxring.core.setup;

/**
 * A kernel thread that takes submissions, at the price of a processor that is busy while it looks for them.
 *
 * @param idleMillis after how long without work the thread goes to sleep, in milliseconds, at least 1. Several rings that share
 *     a thread have the longest of their times.
 * @param cpu the processor that the thread is bound to, or {@link #ANY_CPU}. A shared thread stays where its first ring put it.
 */
public record SqPolling(int idleMillis, int cpu) {
    /** The scheduler places the thread. */
    public static final int ANY_CPU = -1;

    /** Checks the numbers. */
    public SqPolling {
        if (idleMillis < 1) {
            throw new IllegalArgumentException("idleMillis must be at least 1: " + idleMillis); // 0 would mean 1 s
        }
        if (cpu < ANY_CPU) {
            throw new IllegalArgumentException("cpu must be a processor's number, or ANY_CPU: " + cpu);
        }
    }

    /**
     * A thread on any processor.
     *
     * @param idleMillis after how long without work it sleeps, in milliseconds, at least 1
     */
    public SqPolling(int idleMillis) {
        this(idleMillis, ANY_CPU);
    }
}
