package io.fluxring.core.loop;

import java.util.Arrays;
import java.util.function.LongSupplier;

/** Deadlines in the order of their time: a binary heap whose members know their place, so that removing one is cheap. */
final class DeadlineQueue {
    static final long NONE = Long.MAX_VALUE;

    private final LongSupplier clock;
    private Deadline[] heap = new Deadline[16];
    private int size;

    /**
     * An empty queue.
     *
     * @param clock the time in nanoseconds, from any origin
     */
    DeadlineQueue(LongSupplier clock) {
        this.clock = clock;
    }

    /** Adds a task that is due after a delay; 0 or less for the next look. */
    Deadline schedule(Runnable task, long delayNanos) {
        Deadline deadline = new Deadline(clock.getAsLong() + Math.max(0, delayNanos), task);
        add(deadline);
        return deadline;
    }

    /** Runs what is due, and returns how much that was. */
    int runDue(HandlerGuard guard) {
        if (size == 0) {
            return 0;
        }
        int count = 0;
        // Strictly before now: what a task schedules for at once is left to the next tick, even where the clock stands
        // still.
        long now = clock.getAsLong() - 1;
        while (nanosToFirst(now) == 0) {
            guard.accept(poll().task);
            count++;
        }
        return count;
    }

    /** The time until the first deadline, or less if {@code limitNanos} is. */
    long limit(long limitNanos) {
        return size == 0 ? limitNanos : Math.min(limitNanos, nanosToFirst(clock.getAsLong()));
    }

    int size() {
        return size;
    }

    void add(Deadline deadline) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        siftUp(size++, deadline);
    }

    void remove(Deadline deadline) {
        int hole = deadline.index;
        if (hole < 0) {
            return;
        }
        deadline.index = -1;
        Deadline last = heap[--size];
        if (hole < size) {
            siftDown(hole, last);
            if (heap[hole] == last) {
                siftUp(hole, last);
            }
        }
    }

    /** Nanoseconds until the first deadline, 0 when it is due, {@link #NONE} when there is none. */
    long nanosToFirst(long now) {
        return size == 0 ? NONE : Math.max(0, heap[0].nanos - now);
    }

    /** Takes out one deadline that is due. Only to be called when {@link #nanosToFirst} is 0. */
    Deadline poll() {
        Deadline first = heap[0];
        remove(first);
        return first;
    }

    private void siftUp(int from, Deadline deadline) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (heap[parent].nanos - deadline.nanos <= 0) {
                break;
            }
            place(hole, heap[parent]);
            hole = parent;
        }
        place(hole, deadline);
    }

    private void siftDown(int from, Deadline deadline) {
        int hole = from;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && heap[child + 1].nanos - heap[child].nanos < 0) {
                child++;
            }
            if (deadline.nanos - heap[child].nanos <= 0) {
                break;
            }
            place(hole, heap[child]);
            hole = child;
        }
        place(hole, deadline);
    }

    private void place(int index, Deadline deadline) {
        heap[index] = deadline;
        deadline.index = index;
    }
}
