package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.ring.Ring;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The end of a loop, in the only order that is safe: hooks, cancel everything, drain until no slot is live, then maps and
 * descriptors, then memory. Closing the ring's descriptor first would not stop the kernel from writing.
 */
final class Teardown {
    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    /** How long the kernel may take to end operations by itself, after the hooks, before all of them are cancelled. */
    private static final long GRACE_NANOS = 20_000_000L;

    private static final long CANCEL_AGAIN_NANOS = 100_000_000L;
    private static final long TICK_NANOS = 10_000_000L;

    /** A handler that submits anew each time would keep the loop from its end without a word. */
    private static final long SLOW_HANDLERS_NANOS = 5_000_000_000L;

    private final RingLoop loop;
    private final Ring ring;
    private final Wakeup wakeup;
    private final TaskQueue tasks;
    private final OperationQueue operations;
    private final LoopMemory memory;
    private final HandlerGuard guard;
    private final LoopEvents events;
    private final KernelEntry entry;
    private final RingCounters counters;
    private final long limitNanos;
    private final long tickNanos;
    private final SequencedSet<Runnable> hooks = new LinkedHashSet<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean running;
    private boolean slowHandlersTold;
    private @Nullable IncompleteCloseException incomplete;

    Teardown(
            RingLoop loop,
            Ring ring,
            Wakeup wakeup,
            TaskQueue tasks,
            OperationQueue operations,
            LoopMemory memory,
            HandlerGuard guard,
            LoopEvents events,
            KernelEntry entry,
            long limitNanos) {
        this.loop = loop;
        this.ring = ring;
        this.wakeup = wakeup;
        this.tasks = tasks;
        this.operations = operations;
        this.memory = memory;
        this.guard = guard;
        this.events = events;
        this.entry = entry;
        this.counters = loop.counters();
        this.limitNanos = limitNanos;
        this.tickNanos = Math.min(TICK_NANOS, limitNanos / 4);
    }

    /** Completes when the loop has ended; with an {@link IncompleteCloseException} when that was given up. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Whether the end has begun. */
    boolean isRunning() {
        return running;
    }

    /** Whether the loop has ended. Any thread. */
    boolean hasEnded() {
        return ended.get();
    }

    void addHook(Runnable hook) {
        if (running) {
            guard.accept(hook);
        } else {
            hooks.add(hook);
        }
    }

    void removeHook(Runnable hook) {
        hooks.remove(hook);
    }

    /** The end, on the loop's thread. A hook or handler that asks for it once more changes nothing. */
    void run() {
        if (running) {
            return;
        }
        running = true;
        long start = loop.kernel().nanoTime();
        while (!hooks.isEmpty()) {
            guard.accept(hooks.removeFirst());
        }
        entry.measure();
        boolean drained = false;
        Throwable failure = null;
        try {
            drained = drain(start);
        } catch (Throwable e) {
            failure = e;
        }
        if (drained) {
            giveBack();
        } else if (failure == null) {
            keepForEver(
                    "the kernel still has operations after " + limitNanos / 1_000_000
                            + " ms of waiting for it; ring and memory are kept for ever",
                    null);
        } else {
            keepForEver("the loop has failed at its end; ring and memory are kept for ever", failure);
        }
    }

    /** Until nothing is left, not even what tasks and holders of leases have submitted at the last moment. */
    private boolean drain(long start) {
        try {
            if (!drainOperations(start) || !drainWakeup()) {
                return false;
            }
        } finally {
            tasks.refuseAndRunLeftovers();
            memory.takeBackRemote();
        }
        return drainOperations(start);
    }

    /** All limits are of the time within the kernel: slow handlers are no reason to leave anything to a kernel that is quick. */
    private boolean drainOperations(long start) {
        long nextCancel = Math.min(GRACE_NANOS, limitNanos / 2);
        long completions = -1;
        while (loop.liveOperations() > 0) {
            long waited = entry.kernelNanos();
            if (waited > limitNanos) {
                return false;
            }
            if (waited >= nextCancel) {
                operations.cancelEach();
                if (completions == counters.get(Counter.CQES)) { // all were asked before, and none has ended
                    operations.cancelAllAtOnce();
                }
                completions = counters.get(Counter.CQES);
                nextCancel = waited + CANCEL_AGAIN_NANOS;
            }
            tellOfSlowHandlers(loop.kernel().nanoTime() - start - waited);
            loop.tick(tickNanos);
        }
        return true;
    }

    private void tellOfSlowHandlers(long handlersNanos) {
        if (!slowHandlersTold && handlersNanos > SLOW_HANDLERS_NANOS) {
            slowHandlersTold = true;
            log(
                    System.Logger.Level.WARNING,
                    "hooks and handlers have held up the loop's end for " + handlersNanos / 1_000_000
                            + " ms so far, with " + loop.liveOperations() + " operations left; the end awaits them all",
                    null);
        }
    }

    /** The wake-up goes last: until then other threads can still be heard. */
    private boolean drainWakeup() {
        operations.cancel(wakeup);
        while (wakeup.isLive()) {
            if (entry.kernelNanos() > limitNanos) {
                return false;
            }
            loop.tick(tickNanos);
        }
        return true;
    }

    /** Gives descriptors and maps back, and the memory with the last lease. Also for a loop that never ran. */
    void giveBack() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.detach();
            tasks.refuseAndRunLeftovers(); // of a loop that never ran: they find it closed
            wakeup.close();
            ring.close();
            memory.close(guard);
            events.closed(loop);
            closed.complete(null);
        } catch (Throwable e) {
            closed.completeExceptionally(e);
            throw e;
        }
    }

    /** The kernel did not give everything back: nothing may be freed that it might still write to. */
    private void keepForEver(String reason, @Nullable Throwable cause) {
        String dump = dump();
        IncompleteCloseException failure = new IncompleteCloseException(reason, loop.liveOperations(), dump, cause);
        incomplete = failure;
        ended.set(true);
        try {
            loop.detach();
            tasks.refuseAndRunLeftovers();
            memory.keepForEver();
            events.keptForEver(loop, failure.operations(), dump);
            log(System.Logger.Level.ERROR, String.valueOf(failure.getMessage()), cause);
        } finally {
            closed.completeExceptionally(failure);
        }
    }

    /** Must not throw, as an operation's name may: it is used while giving up. */
    private String dump() {
        try {
            return loop.dump();
        } catch (Throwable e) {
            return "the dump failed: " + e;
        }
    }

    /** A log that fails must not take the end of the loop with it. */
    private static void log(System.Logger.Level level, String message, @Nullable Throwable cause) {
        try {
            LOG.log(level, message, cause);
        } catch (Throwable e) {
            if (cause != null && cause != e) {
                cause.addSuppressed(e);
            }
        }
    }

    /**
     * Throws when the end was given up, for a caller that was to find everything given back.
     *
     * @throws IncompleteCloseException then
     */
    void requireComplete() {
        IncompleteCloseException failure = incomplete;
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * The end of a loop whose thread has died, on any other. The kernel lets no other thread into the ring, so that nothing can be
     * awaited: descriptors and maps are given back, and the memory is kept for ever if operations are left.
     */
    void abandon() {
        if (loop.liveOperations() == 0) {
            giveBack();
        } else if (ended.compareAndSet(false, true)) {
            keepForEver("the loop's thread has died with operations in flight; their memory is kept for ever", null);
            wakeup.close();
            ring.close();
        }
    }
}
