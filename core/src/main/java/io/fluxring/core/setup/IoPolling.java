package io.fluxring.core.setup;

/**
 * Whether completions of reads and writes are polled from the device, with its interrupts off. Such a ring takes operations on
 * files that are open with {@code O_DIRECT}, on a device that has queues for polling, and few others; what it can't poll fails
 * with {@code -EOPNOTSUPP} or {@code -EINVAL}. Completions appear only while some thread enters the ring to look for them: a
 * wait spins, and its time limit is not honoured.
 */
public enum IoPolling {
    /** Interrupts, as usual. */
    NONE,
    /** The thread that waits spins until the device is done ({@code IORING_SETUP_IOPOLL}). */
    BUSY,
    /** It sleeps for about half of the time that the operation is expected to take, then spins ({@code IORING_SETUP_HYBRID_IOPOLL}). Since Linux 6.13. */
    HYBRID
}
