package io.fluxring.core.loop;

import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/** What other threads want the loop to do: many producers, one consumer, bounded. */
final class TaskQueue {
    /** Far above what a loop is ever behind; reached, it says that the loop's thread is stuck. */
    private static final int CAPACITY = 1 << 20;

    private final MessagePassingQueue<Runnable> tasks = new MpscChunkedVarHandleArrayQueue<>(1024, CAPACITY);

    boolean offer(Runnable task) {
        return tasks.offer(task);
    }

    @Nullable
    Runnable poll() {
        return tasks.relaxedPoll();
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    int size() {
        return tasks.size();
    }
}
