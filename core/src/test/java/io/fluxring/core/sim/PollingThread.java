package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;

/** {@code IORING_SETUP_SQPOLL}: takes entries without being called, and falls asleep when there are none for a while. */
final class PollingThread {
    private static final long DEFAULT_IDLE_NANOS = 1_000_000_000L;

    private final SimulatedRing ring;
    private final EntryConsumer entries;
    private final long idleNanos;
    private long lastEntry;
    private boolean asleep;

    PollingThread(SimulatedRing ring, EntryConsumer entries, int idleMillis) {
        this.ring = ring;
        this.entries = entries;
        this.idleNanos = idleMillis == 0 ? DEFAULT_IDLE_NANOS : idleMillis * 1_000_000L;
        this.lastEntry = ring.kernel.now();
    }

    /** Looks at the queue, unless it sleeps; falls asleep after a time in vain. */
    void move() {
        if (asleep) {
            return;
        }
        entries.check();
        if (entries.pending() > 0) {
            lastEntry = ring.kernel.now();
            entries.submit(entries.pending());
        } else if (ring.kernel.isThreaded() || ring.kernel.now() - lastEntry > idleNanos) {
            asleep = true; // among real threads nobody would look later: it is to be woken each time
            setFlag(true);
        }
    }

    void wake() {
        asleep = false;
        lastEntry = ring.kernel.now();
        setFlag(false);
    }

    private void setFlag(boolean on) {
        int flags = Access.getInt(ring.rings, RingOffsets.SQ_FLAGS);
        Access.putIntRelease(
                ring.rings, RingOffsets.SQ_FLAGS, on ? flags | Abi.SQ_NEED_WAKEUP : flags & ~Abi.SQ_NEED_WAKEUP);
    }
}
