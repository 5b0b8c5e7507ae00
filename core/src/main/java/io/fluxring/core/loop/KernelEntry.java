package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Errno;

/** The one enter of a tick: whether it is needed, whether it may wait, and what its result means. */
final class KernelEntry {
    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    private final RingLoop loop;
    private final Ring ring;
    private final Wakeup wakeup;
    private final RingCounters counters;
    private final LoopEvents events;
    private final int batchCompletions;
    private final int batchMicros;
    private boolean measuring;
    private long kernelNanos;

    KernelEntry(
            RingLoop loop, Ring ring, RingLoopConfig config, Wakeup wakeup, RingCounters counters, LoopEvents events) {
        this.loop = loop;
        this.ring = ring;
        this.wakeup = wakeup;
        this.counters = counters;
        this.events = events;
        // Without a minimal wait a loop that waits for several would wait for ones that may never come.
        this.batchCompletions = ring.capabilities().minimalWait() ? config.batchCompletions() : 1;
        this.batchMicros = config.batchMicros();
    }

    /** Submits, and waits where nothing is left to do without a completion. */
    void enter(long maxWaitNanos) {
        if (ring.overflowed()) {
            counters.increment(Counter.OVERFLOWS);
            events.overflowed(loop);
        }
        int ready = ring.completions().ready();
        long wait = ready > 0 ? 0 : loop.limitWait(maxWaitNanos);
        long begin = measuring ? ring.kernel().nanoTime() : 0;
        int result;
        if (wait > 0 && fallAsleep()) {
            result = ring.submitAndWait(batchCompletions, wait, batchMicros);
            wakeup.wake();
        } else if (ready > 0 && ring.submissions().pending() == 0 && !ring.needsFlush()) {
            return; // nothing to tell the kernel, and enough to do without it
        } else {
            result = ring.submit();
        }
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

    private boolean fallAsleep() {
        wakeup.fallAsleep();
        boolean called = true;
        try {
            called = loop.isCalled();
        } finally {
            if (called) {
                wakeup.wake();
            }
        }
        return !called;
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
