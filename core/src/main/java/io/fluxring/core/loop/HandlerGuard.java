package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import java.util.function.Consumer;

/** Runs what others gave the loop, so that a throw harms neither the ring nor what stands behind in the line. */
final class HandlerGuard implements Consumer<Runnable> {
    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    private final RingCounters counters;
    private final LoopEvents events;

    HandlerGuard(RingCounters counters, LoopEvents events) {
        this.counters = counters;
        this.events = events;
    }

    /** Runs a task, and keeps what it throws from the caller. */
    @Override
    public void accept(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // also the checked ones that a compiler was talked out of seeing
            failed(task, e);
        }
    }

    /** Something that the loop called has thrown. */
    void failed(Object handler, Throwable e) {
        counters.increment(Counter.HANDLER_FAILURES);
        report("a handler has failed on the loop: ", handler, e);
        try {
            events.handlerFailed(handler, e);
        } catch (Throwable second) {
            suppress(e, second);
        }
    }

    /** A log that fails, as it may when there are no descriptors left, must not take the loop with it; nor a name that throws. */
    void report(String message, Object subject, Throwable failure) {
        try {
            LOG.log(System.Logger.Level.ERROR, message + subject, failure);
        } catch (Throwable e) {
            suppress(failure, e);
        }
    }

    private static void suppress(Throwable failure, Throwable e) {
        if (failure != e) { // an exception can't suppress itself, and one that is made once is thrown twice
            failure.addSuppressed(e);
        }
    }
}
