package io.fluxring.core.loop;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Tasks that wait for free slots, in the order of asking. The first one holds up those behind it, also where they need fewer
 * slots: otherwise a stream of small requests would starve a large one.
 */
final class SlotWaiters {
    private record Waiter(int slots, Runnable task, long round) {}

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final IntSupplier freeSlots;
    private final IntSupplier submissionSpace;

    /** A waiter that was added in the current round is left to the next one. */
    private long round;

    /**
     * No waiters yet.
     *
     * @param freeSlots slots that are neither used nor reserved
     * @param submissionSpace entries that can be claimed before the next enter
     */
    SlotWaiters(IntSupplier freeSlots, IntSupplier submissionSpace) {
        this.freeSlots = freeSlots;
        this.submissionSpace = submissionSpace;
    }

    void add(int slots, Runnable task) {
        waiters.add(new Waiter(slots, task, round));
    }

    void remove(Runnable task) {
        waiters.removeIf(waiter -> waiter.task().equals(task));
    }

    /** Whether the next round runs a waiter, provided that the enter before it makes room in the submission queue. */
    boolean canRun() {
        Waiter first = waiters.peek();
        return first != null && first.slots() <= freeSlots.getAsInt();
    }

    /**
     * Runs each waiter that has been there before, as long as slots and submission entries last.
     *
     * @param guard runs each, and keeps what it throws from the others
     */
    void run(Consumer<Runnable> guard) {
        if (waiters.isEmpty()) {
            return;
        }
        round++;
        while (canRun() && waiters.element().round() != round && submissionSpace.getAsInt() > 0) {
            guard.accept(waiters.remove().task());
        }
    }

    int size() {
        return waiters.size();
    }
}
