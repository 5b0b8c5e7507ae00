package io.fluxring.core.loop;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;

/**
 * What other threads want the loop to do: many producers, one consumer, bounded. An offer wakes the loop. No task
 * is lost between the loop's last look and its end: then it runs on the thread that offered it.
 */
final class TaskQueue {
    /** Far above what a loop is ever behind; reached, it says that the loop's thread is stuck. */
    private static final int CAPACITY = 1 << 20;

    /** Tasks that run before a tick looks at the ring again: a thread that keeps offering must not hold completions up for good. */
    private static final int TASKS_A_TICK = 4096;

    /** The queue grows by pieces of this size, so that one which is rarely used stays small. */
    private static final int PIECE = 1024;

    private final MessagePassingQueue<Runnable> tasks = new MpscChunkedVarHandleArrayQueue<>(PIECE, CAPACITY);
    private final ReentrantLock ending = new ReentrantLock();
    private final Wakeup wakeup;
    private final HandlerGuard guard;

    private volatile boolean refused;

    TaskQueue(Wakeup wakeup, HandlerGuard guard) {
        this.wakeup = wakeup;
        this.guard = guard;
    }

    // ---- any thread

    /**
     * Hands a task to the loop.
     *
     * @throws RejectedExecutionException when the loop has ended, or is hopelessly behind
     */
    void execute(Runnable task) {
        if (refused) {
            throw new RejectedExecutionException("the loop is closed");
        }
        if (!tasks.offer(task)) {
            throw new RejectedExecutionException("the loop has " + tasks.size() + " tasks to run already");
        }
        offered();
    }

    /** Hands a task to the loop, waiting for room; returns false, and does nothing, when the loop has ended. */
    boolean signal(Runnable task) {
        while (!refused) {
            if (tasks.offer(task)) {
                offered();
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Wakes the loop for a task, or runs it here when the loop has ended between the look at it and the offer. */
    private void offered() {
        if (refused) {
            runLeftovers();
        } else {
            wakeup.signal();
        }
    }

    /**
     * No other thread will: the loop's looks at its tasks for the last time after it has set the flag. On another thread
     * they find everything closed, and tell their subscribers.
     */
    private void runLeftovers() {
        ending.lock();
        try {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                guard.accept(task);
            }
        } finally {
            ending.unlock();
        }
    }

    int size() {
        return tasks.size();
    }

    // ---- the loop's thread

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Runs what is there, and returns how much that was. */
    int run() {
        int count = 0;
        for (Runnable task = tasks.relaxedPoll();
                task != null;
                task = count < TASKS_A_TICK ? tasks.relaxedPoll() : null) {
            guard.accept(task);
            count++;
        }
        return count;
    }

    /** No more tasks are taken; those that were are run. */
    void refuseAndRunLeftovers() {
        refused = true;
        runLeftovers();
    }
}
