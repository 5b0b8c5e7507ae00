package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Feeds one {@link Outbound} from one publisher. At most {@link #WINDOW} elements are on their way: asked for, waiting, or being
 * sent. Elements may come from any thread; everything else happens on the loop's.
 */
final class SendSubscriber<T> implements CoreSubscriber<T>, Subscription, Runnable, Scannable {
    /** Enough to fill a batch while another is being sent, few enough to bound what a peer that does not read holds up. */
    static final int WINDOW = 16;

    @SuppressWarnings("rawtypes") // an updater knows no type arguments
    private static final AtomicIntegerFieldUpdater<SendSubscriber> SCHEDULED =
            AtomicIntegerFieldUpdater.newUpdater(SendSubscriber.class, "scheduled");

    private enum State {
        /** Others are sending. */
        WAITING,
        /** Its turn: subscribed to the source. */
        SENDING,
        /** Its subscriber was told the end, or has cancelled. */
        OVER
    }

    private final Outbound outbound;
    private final RingLoop loop;
    private final Publisher<? extends T> source;
    private final PieceSource<T> pieces;
    private final CoreSubscriber<? super Void> actual;
    private final Queue<T> arrived = Queues.<T>get(WINDOW).get();
    private final SendBatch batch;

    @SuppressWarnings("unused") // read by its updater
    private volatile int scheduled;

    private volatile boolean cancelled;
    private volatile boolean sourceDone;
    private @Nullable Throwable sourceFailure;

    private State state = State.WAITING;
    private @Nullable Subscription upstream;
    private @Nullable T partial; // an element whose rest goes into the next batch
    private int taken; // elements taken since the source was last asked for more
    private boolean feeding;

    SendSubscriber(
            Outbound outbound,
            Publisher<? extends T> source,
            PieceSource<T> pieces,
            CoreSubscriber<? super Void> actual) {
        this.outbound = outbound;
        this.loop = outbound.loop();
        this.source = source;
        this.pieces = pieces;
        this.actual = actual;
        this.batch = new SendBatch(loop.scratch(), pieces::release);
    }

    // ---- the loop's side

    /** Whether its subscriber was told the end, or has cancelled. */
    boolean isOver() {
        return state == State.OVER;
    }

    void yourTurn() {
        if (state != State.WAITING) {
            return;
        }
        if (cancelled) {
            finish();
            return;
        }
        state = State.SENDING;
        Flux.<T>from(source).subscribe(this);
    }

    /** A batch has gone out. */
    void sent() {
        feeding = true; // what the source answers at once goes into one batch
        try {
            replenish();
        } finally {
            feeding = false;
        }
        feed();
    }

    private void replenish() {
        int count = taken;
        Subscription from = upstream;
        if (count > 0 && from != null && !sourceDone) {
            taken = 0;
            from.request(count);
        }
    }

    /** Moves what has arrived into the ring. Re-entrant: the source may answer a request from within. */
    private void feed() {
        if (feeding || state != State.SENDING) {
            return;
        }
        feeding = true;
        try {
            if ((!cancelled || partial != null) && outbound.mayStart(this)) {
                fill();
            }
        } catch (RuntimeException | Error e) {
            failSource(e);
        }
        feeding = false;
        if (!batch.isEmpty() && outbound.mayStart(this)) {
            outbound.start(batch);
        } else if (outbound.mayStart(this)) {
            endIfOver();
        }
    }

    /** An element can't be sent, such as a lease that was released already: the source is at fault and is not heard further. */
    private void failSource(Throwable e) {
        cancelUpstream();
        if (sourceFailure == null) {
            sourceFailure = e; // also when the source had completed: not all of it was sent
        }
        sourceDone = true;
        discardArrived();
    }

    private void cancelUpstream() {
        Subscription from = upstream;
        if (from != null) {
            from.cancel();
        }
    }

    private void fill() {
        boolean room = true;
        while (room && !batch.isFull()) {
            T element = partial;
            if (element == null) {
                element = cancelled ? null : arrived.poll(); // a cancel does not cut an element in two
            }
            if (element == null) {
                return;
            }
            if (partial == null) {
                taken++;
            }
            boolean whole = pieces.add(element, batch, this);
            partial = whole ? null : element;
            room = whole && (pieces.gathers() || batch.isEmpty());
        }
    }

    private void endIfOver() {
        // The flag is read before the queue: what came before the end is in the queue by then.
        boolean done = sourceDone;
        if (cancelled) {
            if (partial == null) {
                finish();
            }
        } else if (done && arrived.isEmpty() && partial == null) {
            Throwable e = sourceFailure;
            finish();
            if (e == null) {
                actual.onComplete();
            } else {
                actual.onError(e);
            }
        } else if (taken > 0 && partial == null) {
            replenish(); // elements that were empty cost a place in the window, too
        }
    }

    /** Nothing more is sent for this subscriber. */
    private void finish() {
        state = State.OVER;
        discardArrived();
        outbound.leave(this);
    }

    /** The connection can't send any more. */
    void broken(RingException reason) {
        State before = state;
        state = State.OVER;
        cancelUpstream();
        discardArrived();
        batch.clear();
        if (before != State.OVER && !cancelled) {
            actual.onError(reason);
        }
    }

    private void discardArrived() {
        Context context = actual.currentContext();
        T rest = partial;
        partial = null;
        if (rest != null) {
            Operators.onDiscard(rest, context);
            pieces.release(rest);
        }
        for (T element = arrived.poll(); element != null; element = arrived.poll()) {
            Operators.onDiscard(element, context);
            pieces.release(element);
        }
    }

    // ---- the source's side

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.validate(upstream, s)) {
            upstream = s;
            if (cancelled) {
                s.cancel();
            } else {
                s.request(WINDOW);
                visit(); // a cancel, or the connection's end, may have missed the subscription by a moment
            }
        }
    }

    @Override
    public void onNext(T element) {
        if (!arrived.offer(element)) {
            Operators.onDiscard(element, currentContext());
            pieces.release(element);
            cancelUpstream();
            onError(new IllegalStateException("the source sent more than was requested"));
            return;
        }
        visit();
    }

    @Override
    public void onError(Throwable e) {
        if (sourceDone) {
            Operators.onErrorDropped(e, currentContext());
            return;
        }
        sourceFailure = e;
        sourceDone = true;
        visit();
    }

    @Override
    public void onComplete() {
        sourceDone = true;
        visit();
    }

    /** Calls from other threads are gathered: at most one visit of the loop is waiting at a time. */
    private void visit() {
        if (loop.inLoop()) {
            look();
        } else if (SCHEDULED.getAndSet(this, 1) == 0) {
            loop.signal(this);
        }
    }

    @Override
    public void run() {
        scheduled = 0;
        look();
    }

    private void look() {
        if (state == State.OVER) {
            cancelUpstream();
            discardArrived();
        } else if (cancelled && state == State.WAITING) {
            finish();
        } else {
            feed();
        }
    }

    // ---- the subscriber's side

    @Override
    public void request(long n) {
        Operators.validate(n); // there is nothing to emit but the end
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            if (loop.inLoop()) {
                cancelSource();
            } else {
                loop.signal(this::cancelSource);
            }
        }
    }

    /** What the ring has goes out; the rest is discarded, once the send has ended. */
    private void cancelSource() {
        cancelUpstream();
        look();
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.PREFETCH) {
            return WINDOW;
        }
        if (key == Attr.BUFFERED) {
            return arrived.size();
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return state == State.OVER;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
