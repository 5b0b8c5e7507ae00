package io.fluxring.core.loop;

/** Something that runs on a loop's thread at a time. Belongs to that thread. */
public final class Deadline {
    final long nanos;
    final Runnable task;
    int index = -1; // in the queue's heap; -1 when it is not there

    Deadline(long nanos, Runnable task) {
        this.nanos = nanos;
        this.task = task;
    }
}
