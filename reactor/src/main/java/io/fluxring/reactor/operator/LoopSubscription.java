package io.fluxring.reactor.operator;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.RingException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;

/**
 * A subscription whose signals are all given on a loop's thread, so that they need no other order than that thread's. Requests
 * and cancels come from any thread and make at most one task for the loop at a time.
 *
 * @param <T> what is emitted
 */
public abstract class LoopSubscription<T> implements Subscription, Runnable, Scannable {
    @SuppressWarnings("rawtypes") // an updater knows no type arguments
    private static final AtomicLongFieldUpdater<LoopSubscription> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(LoopSubscription.class, "requested");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<LoopSubscription> SCHEDULED =
            AtomicIntegerFieldUpdater.newUpdater(LoopSubscription.class, "scheduled");

    private final RingLoop loop;
    private final CoreSubscriber<? super T> actual;

    private volatile long requested;

    @SuppressWarnings("unused") // read by its updater
    private volatile int scheduled;

    private volatile boolean cancelled;
    private volatile boolean badRequest;
    private boolean terminated;
    private long taken;

    protected LoopSubscription(RingLoop loop, CoreSubscriber<? super T> actual) {
        this.loop = loop;
        this.actual = actual;
    }

    /** Begins to work for the subscriber, which has not cancelled. On the loop's thread, once. */
    protected abstract void attach();

    /** Emits what there is, as far as it is requested. On the loop's thread; also before {@link #attach}. */
    protected abstract void drain();

    /** Ceases to work for the subscriber. On the loop's thread; may be called more than once, and before {@link #attach}. */
    protected abstract void detach();

    /**
     * The subscriber has thrown a fatal error in {@code onNext} and is detached. What stands behind it may never hear of that, for
     * an operator that lets such an error pass takes no further signal: what it held must be let go here. On the loop's thread.
     */
    protected void failedFatally() {}

    /** The subscriber. */
    public final CoreSubscriber<? super T> actual() {
        return actual;
    }

    /** The loop on whose thread the signals are given. */
    public final RingLoop loop() {
        return loop;
    }

    /** Hands the subscription to its subscriber, then begins on the loop's thread. Any thread. */
    public final void begin() {
        actual.onSubscribe(this);
        try {
            loop.execute(this::attachUnlessCancelled);
        } catch (RejectedExecutionException e) {
            fail(RingException.rejected(loop, e));
        }
    }

    private void attachUnlessCancelled() {
        if (!cancelled && !terminated) {
            attach();
        }
    }

    @Override
    public final void request(long n) {
        if (n > 0) {
            Operators.addCap(REQUESTED, this, n);
        } else {
            badRequest = true;
        }
        wake();
    }

    @Override
    public final void cancel() {
        cancelled = true;
        wake();
    }

    /** Has {@link #run} called on the loop's thread: now when on it, in its next tick otherwise. */
    protected final void wake() {
        if (loop.inLoop()) {
            visit();
        } else if (SCHEDULED.getAndSet(this, 1) == 0) {
            loop.signal(this);
        }
    }

    @Override
    public final void run() {
        scheduled = 0;
        visit();
    }

    private void visit() {
        if (cancelled) {
            detach();
        } else if (badRequest) {
            end(new IllegalArgumentException("a request must be for 1 or more (Reactive Streams, rule 3.9)"));
        } else {
            drain();
        }
    }

    /** Whether the subscriber has cancelled. */
    public final boolean isCancelled() {
        return cancelled;
    }

    /** Whether the subscriber gets no further signal. */
    protected final boolean isOver() {
        return cancelled || terminated;
    }

    /** What was requested and not emitted, {@link Long#MAX_VALUE} for all there is; 0 when no further signal is given. */
    public long demand() {
        long demand = requested;
        return isOver() ? 0 : demand == Long.MAX_VALUE ? Long.MAX_VALUE : demand - taken;
    }

    /**
     * Emits an element, for which there is demand. A subscriber that throws, against the rules, hears of it by {@code onError}
     * and is detached: what it subscribed to must not suffer, and an end without a signal leaves it waiting.
     */
    protected final void next(T element) {
        if (requested != Long.MAX_VALUE) {
            taken++;
        }
        try {
            actual.onNext(element);
        } catch (Throwable e) {
            end(e);
            if (Exceptions.isFatal(e)) {
                failedFatally();
                Exceptions.throwIfFatal(e); // to the loop's log as well
            }
        }
    }

    /** Detaches and ends with an error. */
    private void end(Throwable e) {
        try {
            fail(e);
        } finally {
            detach();
        }
    }

    /** Ends well, unless it has ended. */
    public final void complete() {
        if (!isOver()) {
            terminated = true;
            actual.onComplete();
        }
    }

    /** Ends with an error, unless it has ended; then the error is dropped, in Reactor's way. */
    public final void fail(Throwable e) {
        if (!isOver()) {
            terminated = true;
            actual.onError(e);
        } else if (!(e instanceof CancelledException)) {
            Operators.onErrorDropped(e, actual.currentContext());
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
            return requested == Long.MAX_VALUE ? Long.MAX_VALUE : requested - taken;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return terminated;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
