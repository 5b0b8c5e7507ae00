package io.fluxring.core.memory;

/**
 * Notices when all buffers that a pool may have are out, and says so when that lasts. A small pool under load is dry many
 * times a second, and works: a line is logged once per outage, and only when half of the buffers were not free again for
 * {@link #PATIENCE_NANOS}. Owner thread only.
 */
final class BufferOutage {
    static final long PATIENCE_NANOS = 1_000_000_000L;

    private static final int NAMED_HOLDERS = 5;

    private final LeasePool pool;
    private Runnable watch = () -> {};
    private boolean on;
    private boolean watched;
    private boolean endedMeanwhile;
    private boolean reported;

    BufferOutage(LeasePool pool) {
        this.pool = pool;
    }

    /** Sets what has {@link #look} run after {@link #PATIENCE_NANOS}. */
    void watchBy(Runnable newWatch) {
        watch = newWatch;
    }

    boolean isOn() {
        return on;
    }

    /** The last buffer was taken. */
    void begin() {
        if (!on) {
            on = true;
            reported = false;
            watchAgain();
        }
    }

    /** Half of the buffers are free again. */
    void end() {
        on = false;
        endedMeanwhile = true;
    }

    /** One watch at a time: outages may come and go faster than the watch does. */
    private void watchAgain() {
        if (!watched) {
            watched = true;
            endedMeanwhile = false;
            watch.run();
        }
    }

    /** The time of a watch is over. */
    void look() {
        watched = false;
        if (!on || reported) {
            return;
        }
        if (endedMeanwhile) {
            watchAgain();
        } else {
            reported = true;
            System.getLogger(pool.getClass().getName()).log(System.Logger.Level.WARNING, this::report);
        }
    }

    private String report() {
        return pool + ": it is dry; " + pool.holders(NAMED_HOLDERS)
                + "; leases are retained and not released, or peers do not read";
    }
}
