package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Errno;
import java.util.OptionalInt;

/** The one enter of a tick: whether it is needed, and what its result means. */
final class KernelEntry {
    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    /** Long enough for a thread that has to be woken on a busy machine. */
    private static final long POLLING_THREAD_NANOS = 100_000_000L;

    private final RingLoop loop;
    private final Ring ring;
    private final RingCounters counters;
    private final int batchCompletions;
    private final int batchMicros;
    private boolean measuring;
    private long kernelNanos;

    KernelEntry(RingLoop loop, Ring ring, RingLoopConfig config, RingCounters counters) {
        this.loop = loop;
        this.ring = ring;
        this.counters = counters;
        // Without a minimal wait a loop that waits for several would wait for ones that may never come.
        this.batchCompletions = ring.capabilities().minimalWait() ? config.batchCompletions() : 1;
        this.batchMicros = config.batchMicros();
    }

    /** Whether there is anything to tell the kernel, or to get from it, though completions are there already. */
    boolean isNeeded() {
        return ring.submissions().pending() > 0 || ring.needsFlush();
    }

    /** Submits all that was claimed, and does not wait. */
    void submit() {
        long begin = measuring ? ring.kernel().nanoTime() : 0;
        entered(ring.submit(), begin);
    }

    /** Submits all that was claimed, and waits for a completion, or for a batch of them. */
    void submitAndWait(long nanos) {
        long begin = measuring ? ring.kernel().nanoTime() : 0;
        entered(ring.submitAndWait(batchCompletions, nanos, batchMicros), begin);
    }

    private void entered(int result, long begin) {
        if (measuring) {
            kernelNanos += ring.kernel().nanoTime() - begin;
        }
        counters.set(Counter.ENTERS, ring.enters());
        counters.set(Counter.SQES, ring.submissions().published());
        if (result < 0) {
            refused(result);
        }
    }

    /** From here on the time within the kernel is measured. Only the loop's end needs it, so that no other tick pays for it. */
    void measure() {
        measuring = true;
    }

    /** For how long the loop was in the kernel since {@link #measure}. */
    long kernelNanos() {
        return kernelNanos;
    }

    /**
     * Submits between two ticks, and looks for the result of an operation that the kernel carries out while it takes it. What is
     * wrong with the enter shows in the next tick's.
     */
    OptionalInt enterFor(long userData) {
        ring.submit();
        counters.set(Counter.ENTERS, ring.enters());
        OptionalInt result = ring.completions().find(userData);
        if (result.isEmpty() && ring.hasPollingThread()) { // it runs at the same time, or was woken just now
            long end = ring.kernel().nanoTime() + POLLING_THREAD_NANOS;
            while (result.isEmpty() && ring.kernel().nanoTime() - end < 0) {
                Thread.onSpinWait();
                result = ring.completions().find(userData);
            }
        }
        return result;
    }

    /** No switch: the class behind one could not be loaded any more when descriptors have run out, and would end the loop. */
    private void refused(int result) {
        Errno errno = Errno.ofResult(result);
        if (errno == Errno.EBADR) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the kernel had no memory for {0} completions: they are lost",
                    ring.dropped());
        } else if (!isPassing(errno)) {
            throw new IllegalStateException("io_uring_enter failed: " + Errno.describe(result) + "; " + loop);
        }
    }

    /** The time is up, or a signal came, or completions have to be taken first: the caller does that and comes again. */
    private static boolean isPassing(Errno errno) {
        return errno == Errno.ETIME || errno == Errno.EINTR || errno == Errno.EAGAIN || errno == Errno.EBUSY;
    }
}
