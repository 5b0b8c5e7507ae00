package io.fluxring.core.net;

import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.RingLoop;
import org.jspecify.annotations.Nullable;

/**
 * Calls back when a socket has received nothing, or sent nothing, for a time, and again after each such time. A message only notes
 * when it came: there is one deadline for both directions, and it moves when it has come too early. Belongs to the loop's thread.
 */
final class IdleWatch {
    private final RingLoop loop;
    private final Runnable look = this::look;
    private final Direction receiving = new Direction();
    private final Direction sending = new Direction();

    private @Nullable Deadline deadline;
    private boolean closed;

    /** One direction's time limit. */
    private static final class Direction {
        private long limitNanos; // 0: not watched
        private Runnable task = () -> {};
        private long since; // the last bytes, or the last call

        void watch(long newLimitNanos, Runnable newTask, long now) {
            limitNanos = newLimitNanos;
            task = newTask;
            since = now;
        }

        long nanosLeft(long now) {
            return limitNanos == 0 ? RingLoop.FOREVER : Math.max(0, limitNanos - (now - since));
        }

        void callIfDue(long now) {
            if (nanosLeft(now) == 0) {
                since = now;
                task.run();
            }
        }
    }

    IdleWatch(RingLoop loop) {
        this.loop = loop;
    }

    /** See {@link StreamSocket#onReceiveIdle}. */
    void onReceiveIdle(long nanos, Runnable task) {
        receiving.watch(nanos, task, now());
        schedule();
    }

    /** See {@link StreamSocket#onSendIdle}. */
    void onSendIdle(long nanos, Runnable task) {
        sending.watch(nanos, task, now());
        schedule();
    }

    private long now() {
        return loop.kernel().nanoTime();
    }

    /** Bytes have come. */
    void received() {
        receiving.since = now();
    }

    /** Bytes have gone. */
    void sent() {
        sending.since = now();
    }

    private void look() {
        deadline = null;
        long now = now();
        try {
            receiving.callIfDue(now);
        } finally {
            try {
                sending.callIfDue(now);
            } finally {
                schedule(); // whatever the tasks throw
            }
        }
    }

    private void schedule() {
        unschedule();
        long now = now();
        long left = Math.min(receiving.nanosLeft(now), sending.nanosLeft(now));
        if (left != RingLoop.FOREVER && !closed) {
            deadline = loop.schedule(look, left);
        }
    }

    private void unschedule() {
        Deadline pending = deadline;
        if (pending != null) {
            deadline = null;
            loop.unschedule(pending);
        }
    }

    /** Calls nothing any more. */
    void close() {
        closed = true;
        unschedule();
    }
}
