package io.fluxring.reactor.operator;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.CancelledException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
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
    private boolean terminated;
    private long taken;

    protected LoopSubscription(RingLoop loop, CoreSubscriber<? super T> actual) {
        this.loop = loop;
        this.actual = actual;
    }

    /** More was requested. On the loop's thread. */
    protected abstract void requested();

    /** The subscriber has cancelled. On the loop's thread; may be called more than once. */
    protected abstract void cancelled();

    /** The subscriber. */
    public final CoreSubscriber<? super T> actual() {
        return actual;
    }

    protected final RingLoop loop() {
        return loop;
    }

    @Override
    public final void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            wake();
        }
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
            cancelled();
        } else {
            requested();
        }
    }

    /** Whether the subscriber has cancelled. */
    public final boolean isCancelled() {
        return cancelled;
    }

    /** What was requested and not emitted, {@link Long#MAX_VALUE} for all there is; 0 after a cancel. */
    public final long demand() {
        long demand = requested;
        return cancelled ? 0 : demand == Long.MAX_VALUE ? Long.MAX_VALUE : demand - taken;
    }

    /** Takes one of what was requested, false when there is none. Each is followed by one {@link #next}. */
    public final boolean takeDemand() {
        long demand = requested;
        if (cancelled || demand == taken) {
            return false;
        }
        if (demand != Long.MAX_VALUE) {
            taken++;
        }
        return true;
    }

    /** Emits an element. */
    public void next(T element) {
        actual.onNext(element);
    }

    /** Ends well, unless it has ended. */
    public final void complete() {
        if (!cancelled && !terminated) {
            terminated = true;
            actual.onComplete();
        }
    }

    /** Ends with an error, unless it has ended; then the error is dropped, in Reactor's way. */
    public final void fail(Throwable e) {
        if (!cancelled && !terminated) {
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
