package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.net.SendBatch;
import io.fluxring.core.net.SendHandler;
import io.fluxring.core.net.Sender;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.PieceSource;
import io.fluxring.reactor.operator.PieceSubscriber;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Feeds a connection's sender from one publisher, when its turn in the {@link SendLine} has come. At most {@link #WINDOW} elements
 * are on their way: asked for, waiting, or being sent. After a cancel what the ring has goes out, and the rest is discarded. Elements may
 * come from any thread; everything else happens on the loop's.
 */
final class SendSubscriber<T> extends PieceSubscriber<T> implements SendHandler {
    /** Enough to fill a batch while another is being sent, few enough to bound what a peer that does not read holds up. */
    static final int WINDOW = 16;

    private enum Phase {
        /** Others are sending. */
        WAITING,
        /** Its turn: subscribed to the source. */
        ACTIVE,
        /** Its subscriber gets no further signal. */
        DONE
    }

    private final SendLine line;
    private final Publisher<? extends T> source;
    private final PieceSource<T> pieces;
    private final CoreSubscriber<? super Void> actual;

    private Phase phase = Phase.WAITING;

    SendSubscriber(
            SendLine line, Publisher<? extends T> source, PieceSource<T> pieces, CoreSubscriber<? super Void> actual) {
        super(line.socket().loop(), WINDOW);
        this.pieces = pieces;
        this.line = line;
        this.source = source;
        this.actual = actual;
    }

    /** Hands the subscription to its subscriber, and stands in line. Any thread. */
    void begin() {
        actual.onSubscribe(this);
        RingLoop loop = loop();
        try {
            loop.execute(this::enter);
        } catch (RejectedExecutionException e) {
            phase = Phase.DONE;
            actual.onError(RingException.rejected(loop, e));
        }
    }

    // ---- the line's side

    private void enter() {
        if (phase == Phase.WAITING && !isCancelled()) {
            line.enter(this);
        }
    }

    /** Its turn has come. */
    void activate() {
        if (isCancelled()) {
            finish();
            return;
        }
        phase = Phase.ACTIVE;
        try {
            subscribeTo(source);
        } catch (Throwable e) { // against the rules, or fatal; the line must not wait for it
            failSource(e);
            feed();
        }
    }

    /** The connection can't send any more. */
    void fail(RingException reason) {
        boolean tell = phase != Phase.DONE && !isCancelled();
        phase = Phase.DONE;
        cancelSource();
        discardRest();
        if (tell) {
            actual.onError(reason);
        }
    }

    // ---- the sender's side

    @Override
    public void sent() {
        refill();
    }

    @Override
    public void failed(int result) {
        line.fail(result);
    }

    // ---- from the source to the sender

    /** Moves what has arrived into the ring, and ends when there is nothing more. Re-entrant: the source may answer from within. */
    @Override
    protected void feed() {
        if (isFeeding() || phase != Phase.ACTIVE || !sender().isReady()) {
            return;
        }
        move();
        if (sender().isReady()) {
            endIfOver();
        }
    }

    private Sender sender() {
        return line.socket().sender();
    }

    @Override
    protected void moveArrived() {
        SendBatch batch = line.socket().group().takeBatch(pieces);
        boolean filled = false;
        try {
            fill(batch, ANY, this);
            filled = !batch.isEmpty();
        } finally {
            if (!filled) {
                line.socket().group().giveBack(batch);
            }
        }
        if (filled) {
            sender().send(batch, this);
        }
    }

    private void endIfOver() {
        if (hasRest()) {
            return;
        }
        if (isCancelled()) {
            finish();
        } else if (isExhausted()) {
            phase = Phase.DONE;
            try {
                signalEnd();
            } finally {
                line.leave(this); // behind the signal: the ends of sends are signalled in their order
            }
        } else {
            replenish(); // elements that were empty cost a place in the window, too
        }
    }

    private void signalEnd() {
        Throwable e = failure();
        if (e == null) {
            actual.onComplete();
        } else {
            actual.onError(e);
        }
    }

    /** Ends without a signal. */
    private void finish() {
        phase = Phase.DONE;
        cancelSource();
        discardRest();
        line.leave(this);
    }

    // ---- the source's side

    @Override
    protected boolean isWanted() {
        return phase == Phase.ACTIVE && !isCancelled();
    }

    @Override
    protected void subscribed() {
        requestMore(WINDOW);
        wake(); // a cancel, or the connection's end, may have missed the subscription by a moment
    }

    @Override
    protected void drain() {
        if (phase == Phase.DONE || isCancelled()) {
            cancelSource();
        }
        if (isCancelled() && phase == Phase.WAITING) {
            finish();
        } else {
            feed();
        }
    }

    @Override
    protected PieceSource<T> pieces() {
        return pieces;
    }

    @Override
    protected CoreSubscriber<?> actual() {
        return actual;
    }

    @Override
    protected boolean isTerminated() {
        return phase == Phase.DONE;
    }

    // ---- the subscriber's side

    @Override
    public void request(long n) {
        Operators.validate(n); // there is nothing to emit but the end
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}
