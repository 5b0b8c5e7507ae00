package io.fluxring.core.loop;

import io.fluxring.core.ring.Ring;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The end of a loop, in the only order that is safe: hooks, cancel everything, drain until no slot is live, then maps and
 * descriptors, then memory. Closing the ring's descriptor first would not stop the kernel from writing.
 */
final class Teardown {
    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    /** How long operations may end by themselves, after the hooks, before all of them are cancelled at once. */
    private static final long GRACE_NANOS = 20_000_000L;

    private static final long CANCEL_AGAIN_NANOS = 100_000_000L;
    private static final long TICK_NANOS = 10_000_000L;

    private final RingLoop loop;
    private final Ring ring;
    private final Wakeup wakeup;
    private final TaskQueue tasks;
    private final OperationQueue operations;
    private final LoopMemory memory;
    private final HandlerGuard guard;
    private final LoopEvents events;
    private final long limitNanos;
    private final Set<Runnable> hooks = new LinkedHashSet<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean running;

    Teardown(
            RingLoop loop,
            Ring ring,
            Wakeup wakeup,
            TaskQueue tasks,
            OperationQueue operations,
            LoopMemory memory,
            HandlerGuard guard,
            LoopEvents events,
            long limitNanos) {
        this.loop = loop;
        this.ring = ring;
        this.wakeup = wakeup;
        this.tasks = tasks;
        this.operations = operations;
        this.memory = memory;
        this.guard = guard;
        this.events = events;
        this.limitNanos = limitNanos;
    }

    /** Completes when the loop has ended. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Whether the end has begun. */
    boolean isRunning() {
        return running;
    }

    void addHook(Runnable hook) {
        if (running) {
            guard.accept(hook);
        } else {
            hooks.add(hook);
        }
    }

    void removeHook(Runnable hook) {
        if (!running) {
            hooks.remove(hook);
        }
    }

    /** The end, on the loop's thread. */
    void run() {
        running = true;
        long start = loop.kernel().nanoTime();
        hooks.forEach(guard);
        boolean drained = false;
        try {
            drained = drain(start);
        } finally {
            if (drained) {
                giveBack();
            } else {
                keepForEver("the kernel still has operations after the close's time limit; ring and memory are kept for"
                        + " ever");
            }
        }
    }

    /** Until nothing is left, not even what tasks and holders of leases have submitted at the last moment. */
    private boolean drain(long start) {
        try {
            if (!drainOperations(start) || !drainWakeup(start)) {
                return false;
            }
        } finally {
            tasks.refuseAndRunLeftovers();
            memory.takeBackRemote();
        }
        return drainOperations(start);
    }

    private boolean drainOperations(long start) {
        long nextCancel = start + GRACE_NANOS;
        while (loop.liveOperations() > 0) {
            long now = loop.kernel().nanoTime();
            if (now - start > limitNanos) {
                return false;
            }
            if (now - nextCancel >= 0) {
                operations.cancelAll();
                nextCancel = now + CANCEL_AGAIN_NANOS;
            }
            loop.tick(TICK_NANOS);
        }
        return true;
    }

    /** The wake-up goes last: until then other threads can still be heard. */
    private boolean drainWakeup(long start) {
        operations.cancel(wakeup);
        while (wakeup.isLive()) {
            if (loop.kernel().nanoTime() - start > limitNanos) {
                return false;
            }
            loop.tick(TICK_NANOS);
        }
        return true;
    }

    /** Gives descriptors and maps back, and the memory unless somebody still holds a part of it. Also for a loop that never ran. */
    void giveBack() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        tasks.refuse();
        wakeup.close();
        ring.close();
        memory.close(guard);
        events.closed(loop);
        closed.complete(null);
    }

    /** The kernel did not give everything back: nothing may be freed that it might still write to. */
    private void keepForEver(String reason) {
        tasks.refuse();
        try {
            events.keptForEver(loop);
            LOG.log(System.Logger.Level.ERROR, reason + "; " + loop.dump());
        } finally {
            closed.complete(null);
        }
    }

    /**
     * The end of a loop whose thread has died, on any other. The kernel lets nobody else into the ring, so that nothing can be
     * awaited: descriptors and maps are given back, and the memory is kept for ever if operations are left.
     */
    void abandon() {
        if (loop.liveOperations() == 0) {
            giveBack();
        } else if (ended.compareAndSet(false, true)) {
            keepForEver("the loop's thread has died with operations in flight; their memory is kept for ever");
            wakeup.close();
            ring.close();
        }
    }
}
