package io.fluxring.reactor.operator;

import io.fluxring.core.loop.RingLoop;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * The upstream side of an operator that works on a loop's thread: a bounded queue of what has arrived, and how the source has
 * ended. Signals may come from any thread; from others than the loop's they make at most one task for it at a time.
 *
 * @param <T> what the source emits
 */
public abstract class SourceQueue<T> implements CoreSubscriber<T>, Runnable, Scannable {
    @SuppressWarnings("rawtypes") // an updater knows no type arguments
    private static final AtomicIntegerFieldUpdater<SourceQueue> SCHEDULED =
            AtomicIntegerFieldUpdater.newUpdater(SourceQueue.class, "scheduled");

    private final RingLoop loop;
    private final int window;

    @SuppressWarnings("unused") // read by its updater
    private volatile int scheduled;

    private volatile boolean done;
    private @Nullable Throwable failure; // written before done

    private @Nullable Subscription upstream;

    /**
     * The oldest element, when it arrived on the loop's thread while nothing else waited. That is the rule where the source works
     * on the same loop: such a stream never needs the queue, which is several times as large as all of this.
     */
    private @Nullable T first;

    private volatile @Nullable Queue<T> further;

    /**
     * A queue without a source.
     *
     * @param window the most elements that are requested and not taken, a power of two
     */
    protected SourceQueue(RingLoop loop, int window) {
        this.loop = loop;
        this.window = window;
    }

    /** Something has changed: an element has arrived, or the source has ended. On the loop's thread. */
    protected abstract void drain();

    /** Accepts an element before it is queued; a throw is the source's failure. On the source's thread. */
    protected void arriving(T element) {}

    @Override
    public abstract Context currentContext();

    /** Disposes of an element that will not be used. On any thread. */
    protected abstract void discard(T element);

    protected final RingLoop loop() {
        return loop;
    }

    /**
     * Subscribes to the source, on the loop's thread. Requests come from there as well, where nothing of a caller's is bound to the
     * thread: with Reactor's automatic context propagation the source finds the values of the subscriber's context there.
     */
    protected final void subscribeTo(Publisher<? extends T> source) {
        Flux<T> flux = Flux.from(source);
        (Hooks.isAutomaticContextPropagationEnabled() ? flux.contextWrite(Function.identity()) : flux).subscribe(this);
    }

    // ---- the loop's side

    /** The next element, null when none has arrived. */
    protected final @Nullable T poll() {
        T element = first;
        if (element != null) {
            first = null;
            return element;
        }
        Queue<T> queue = further;
        return queue == null ? null : queue.poll();
    }

    private boolean isEmpty() {
        Queue<T> queue = further;
        return first == null && (queue == null || queue.isEmpty());
    }

    /** Whether the source has ended and all that it gave was taken. */
    protected final boolean isExhausted() {
        boolean ended = done; // before the queue: what came before the end is in it by then
        return ended && isEmpty();
    }

    /** Whether the source has ended, well or not; elements may be left. */
    protected final boolean isDone() {
        return done;
    }

    /** Why the source has failed; null when it has not, or has not ended. */
    protected final @Nullable Throwable failure() {
        return done ? failure : null;
    }

    /** Asks the source for more, unless it has ended. */
    protected final void requestMore(long count) {
        Subscription from = upstream;
        if (from != null && !done) {
            from.request(count);
        }
    }

    /** Whether the source can be asked. */
    protected final boolean isSubscribed() {
        return upstream != null;
    }

    /** Ends the source with an error of this side, such as an element that can't be used: nothing more is heard of it. */
    protected final void failSource(Throwable e) {
        cancelSource();
        if (failure == null) {
            failure = e; // also when the source had completed: not all of it was used
        }
        done = true;
    }

    /** Nothing more is wanted of the source: cancels it, and disposes of what has arrived. May be called again. */
    protected final void cancelSource() {
        cancelUpstream();
        for (T element = poll(); element != null; element = poll()) {
            discard(element);
        }
    }

    // ---- the source's side

    /** Whether a late subscription is still wanted. */
    protected abstract boolean isWanted();

    /** The source can be asked from here on. */
    protected void subscribed() {
        wake();
    }

    @Override
    public final void onSubscribe(Subscription s) {
        if (Operators.validate(upstream, s)) {
            upstream = s;
            if (isWanted()) {
                subscribed();
            } else {
                s.cancel();
            }
        }
    }

    @Override
    @SuppressWarnings("ConstantValue") // null comes from sources that break the rules
    public final void onNext(T element) {
        if (element == null) { // skipped, it would be a gap in a stream that ends well
            NullPointerException e = new NullPointerException("onNext(null) (Reactive Streams, rule 2.13)");
            violated(e);
            throw e;
        }
        try {
            arriving(element);
        } catch (Throwable e) {
            violated(e);
            return;
        }
        if (loop.inLoop()) {
            if (isEmpty()) {
                first = element;
            } else {
                enqueue(element);
            }
            drain();
        } else {
            enqueue(element);
            schedule();
        }
    }

    private void enqueue(T element) {
        Queue<T> queue = further;
        if (queue == null) {
            queue = Queues.<T>get(window).get();
            further = queue;
        }
        if (!queue.offer(element)) {
            discard(element);
            violated(new IllegalStateException("the source sent more than was requested"));
        }
    }

    /** A source that throws, against the rules, must not keep what follows from being done. */
    private void cancelUpstream() {
        Subscription from = upstream;
        if (from != null) {
            try {
                from.cancel();
            } catch (Throwable e) {
                Operators.onErrorDropped(e, currentContext());
            }
        }
    }

    /** The source has broken a rule: it is not heard any further. */
    private void violated(Throwable e) {
        cancelUpstream();
        onError(Operators.onOperatorError(e, currentContext()));
    }

    @Override
    @SuppressWarnings("ConstantValue") // null comes from sources that break the rules
    public final void onError(Throwable e) {
        if (e == null) { // taken for the end, it would make a stream that was cut off a good one
            NullPointerException missing = new NullPointerException("onError(null) (Reactive Streams, rule 2.13)");
            violated(missing);
            throw missing;
        }
        if (done) {
            Operators.onErrorDropped(e, currentContext());
            return;
        }
        failure = e;
        done = true;
        wake();
    }

    @Override
    public final void onComplete() {
        done = true;
        wake();
    }

    /** Has {@link #drain} called on the loop's thread: now when on it, in its next tick otherwise. */
    protected final void wake() {
        if (loop.inLoop()) {
            drain();
        } else {
            schedule();
        }
    }

    private void schedule() {
        if (SCHEDULED.getAndSet(this, 1) == 0 && !loop.signal(this)) {
            cancelSource(); // the loop has ended, and with it whatever wanted the elements
        }
    }

    @Override
    public final void run() {
        scheduled = 0;
        drain();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.PREFETCH) {
            return window;
        }
        if (key == Attr.BUFFERED) {
            Queue<T> queue = further;
            return (queue == null ? 0 : queue.size()) + (first == null ? 0 : 1);
        }
        if (key == Attr.ERROR) {
            return failure;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
