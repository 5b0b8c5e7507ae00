package io.fluxring.core.loop;

/**
 * The end of a loop, in the only order that is safe: hooks, cancel everything, drain until no slot is live, then maps and
 * descriptors, then memory. Closing the ring's descriptor first would not stop the kernel from writing.
 */
final class Teardown {
    /** How long operations may end by themselves, after the hooks, before all of them are cancelled at once. */
    private static final long GRACE_NANOS = 20_000_000L;

    private static final long CANCEL_AGAIN_NANOS = 100_000_000L;
    private static final long TICK_NANOS = 10_000_000L;

    private final RingLoop loop;
    private final long limitNanos;

    Teardown(RingLoop loop, long limitNanos) {
        this.loop = loop;
        this.limitNanos = limitNanos;
    }

    void run() {
        long start = loop.kernel().nanoTime();
        loop.runCloseHooks();
        boolean drained = false;
        try {
            drained = drain(start);
        } finally {
            loop.refuseTasks();
            if (drained) {
                loop.giveBack();
            } else {
                loop.keepForEver(
                        "the kernel still has operations after the close's time limit; ring and memory are kept for"
                                + " ever.");
            }
        }
    }

    private boolean drain(long start) {
        long nextCancel = start + GRACE_NANOS;
        while (loop.liveOperations() > 0) {
            long now = loop.kernel().nanoTime();
            if (now - start > limitNanos) {
                return false;
            }
            if (now - nextCancel >= 0) {
                loop.cancelAll();
                nextCancel = now + CANCEL_AGAIN_NANOS;
            }
            loop.tick(TICK_NANOS);
        }
        return drainWakeup(start);
    }

    /** The wake-up goes last: until then other threads can still be heard. */
    private boolean drainWakeup(long start) {
        loop.cancel(loop.wakeup());
        while (loop.wakeup().isLive()) {
            if (loop.kernel().nanoTime() - start > limitNanos) {
                return false;
            }
            loop.tick(TICK_NANOS);
        }
        return true;
    }
}
