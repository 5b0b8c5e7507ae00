package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.turn.TurnLine;
import io.fluxring.core.ring.CompletionQueue;
import io.fluxring.core.ring.Ring;
import java.util.function.BooleanSupplier;

/**
 * One round of a loop: what other threads asked for and what is due, one enter, and the completions. What most rounds have no
 * use for is behind a test of a field, so that the code of a round stays small enough for the compiler to inline.
 */
final class Tick {
    private final RingLoop loop;
    private final Ring ring;
    private final CompletionQueue completions;
    private final KernelEntry entry;
    private final Wakeup wakeup;
    private final TaskQueue tasks;
    private final DeadlineQueue deadlines;
    private final LoopMemory memory;
    private final OperationQueue operations;
    private final TurnLine<Operation> turns;
    private final SlotWaiters slotWaiters;
    private final Cancellations cancellations;
    private final Dispatcher dispatcher;
    private final HandlerGuard guard;
    private final RingCounters counters;
    private final LoopEvents events;

    private BooleanSupplier foreignWork = () -> false;
    private boolean running;

    Tick(
            RingLoop loop,
            Ring ring,
            KernelEntry entry,
            Wakeup wakeup,
            TaskQueue tasks,
            DeadlineQueue deadlines,
            LoopMemory memory,
            OperationQueue operations,
            TurnLine<Operation> turns,
            SlotWaiters slotWaiters,
            Cancellations cancellations,
            Dispatcher dispatcher,
            HandlerGuard guard,
            RingCounters counters,
            LoopEvents events) {
        this.loop = loop;
        this.ring = ring;
        this.completions = ring.completions();
        this.entry = entry;
        this.wakeup = wakeup;
        this.tasks = tasks;
        this.deadlines = deadlines;
        this.memory = memory;
        this.operations = operations;
        this.turns = turns;
        this.slotWaiters = slotWaiters;
        this.cancellations = cancellations;
        this.dispatcher = dispatcher;
        this.guard = guard;
        this.counters = counters;
        this.events = events;
    }

    /** Whether a round is on its way. */
    boolean isRunning() {
        return running;
    }

    /** Asked before each wait, see {@link RingLoop#attach(BooleanSupplier)}. */
    void foreignWork(BooleanSupplier hasWork) {
        foreignWork = hasWork;
    }

    /** See {@link RingLoop#tick}. */
    int run(long maxWaitNanos) {
        if (running) {
            throw new IllegalStateException("a handler must not tick its loop");
        }
        running = true;
        try {
            int handled = runTasks();
            enter(maxWaitNanos);
            return handled + takeCompletions();
        } finally {
            running = false;
        }
    }

    /** What other threads asked for, what is due, and what can go on. */
    private int runTasks() {
        boolean timed = events.timesHandlers();
        if (timed) {
            events.handlersBegin();
        }
        int handled = tasks.run() + deadlines.runDue(guard);
        memory.resumeWaiters(guard);
        operations.flush();
        slotWaiters.run(guard);
        if (timed) {
            events.handlersEnd("tasks", handled);
        }
        return handled;
    }

    private int takeCompletions() {
        boolean timed = events.timesHandlers();
        if (timed) {
            events.handlersBegin();
        }
        int taken = completions.drain(dispatcher);
        cancellations.reconsider();
        if (timed) {
            events.handlersEnd("completions", taken);
        }
        counters.add(Counter.CQES, taken);
        return taken;
    }

    // ---- the enter

    /** Submits, and waits where nothing is left to do without a completion. */
    private void enter(long maxWaitNanos) {
        if (ring.overflowed()) { // the kernel keeps what overflows until the next enter
            counters.increment(Counter.OVERFLOWS);
            events.overflowed(loop);
        }
        if (!turns.isEmpty()) {
            enterForFullTurn();
            return;
        }
        turns.nextRound();
        if (completions.ready() > 0) {
            if (entry.isNeeded()) {
                entry.submit();
            }
            return;
        }
        long wait = limitWait(maxWaitNanos);
        if (wait > 0 && fallAsleep()) {
            entry.submitAndWait(wait);
            wakeup.wake();
        } else {
            entry.submit();
        }
    }

    /** Something waits for its turn: it comes in the next round, at once. */
    private void enterForFullTurn() {
        long begin = ring.kernel().nanoTime();
        entry.submit();
        turns.nextRound(ring.kernel().nanoTime() - begin);
    }

    /** For how long the enter may wait: not at all when something can be done without a completion. */
    private long limitWait(long maxWaitNanos) {
        if (maxWaitNanos <= 0 || memory.canResume() || slotWaiters.canRun() || operations.needsOnlyEntries()) {
            return 0;
        }
        return deadlines.limit(maxWaitNanos);
    }

    /** What is asked for after the look finds the flag, and ends the wait. */
    private boolean fallAsleep() {
        wakeup.fallAsleep();
        boolean called = true;
        try {
            called = isCalled();
        } finally {
            if (called) {
                wakeup.wake();
            }
        }
        return !called;
    }

    /** Whether the enter must not wait: another thread wants something, or the loop's own thread has other work. */
    private boolean isCalled() {
        return !tasks.isEmpty()
                || (!loop.isEnding() && (loop.isClosing() || wakeup.isRequested() || foreignWork.getAsBoolean()));
    }
}
