package io.fluxring.reactor.net;

import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.PeerException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.Context;

/**
 * A connection while its handler's publisher runs, which it subscribes to. Closes the connection when that ends, however it does.
 * Signals may come from any thread.
 */
final class HandledConnection implements CoreSubscriber<Void>, Runnable, Scannable {
    private static final AtomicReferenceFieldUpdater<HandledConnection, @Nullable Subscription> UPSTREAM =
            AtomicReferenceFieldUpdater.newUpdater(HandledConnection.class, Subscription.class, "upstream");

    private final HandleSubscription owner;
    private final Connection connection;

    /** Of the handler's publisher; {@link Operators#cancelledSubscription} when it has ended or was cancelled. */
    private volatile @Nullable Subscription upstream;

    /** Its neighbours among the handlers that run. They belong to {@link HandleSubscription}. */
    @Nullable
    HandledConnection newer;

    @Nullable
    HandledConnection older;

    HandledConnection(HandleSubscription owner, Connection connection) {
        this.owner = owner;
        this.connection = connection;
    }

    /** Runs the handler. What it throws is an error like one of its publisher: it must not end the accepting of others. */
    void begin(Function<? super Connection, ? extends Publisher<Void>> handler) {
        try {
            if (Hooks.isAutomaticContextPropagationEnabled()) { // within the context, the handler as well as its
                // publisher
                Flux.defer(() -> call(handler))
                        .contextWrite(Function.identity())
                        .subscribe(this);
            } else {
                Mono.fromDirect(call(handler)).subscribe(this);
            }
        } catch (Throwable e) {
            onError(e);
        }
    }

    private Publisher<Void> call(Function<? super Connection, ? extends Publisher<Void>> handler) {
        return Objects.requireNonNull(handler.apply(connection), "the handler returned null");
    }

    /** Closes the connection, which its streams hear of, and cancels the handler's publisher if that leaves it running. */
    void cancel() {
        try {
            connection.closeNow();
        } finally {
            Operators.terminate(UPSTREAM, this);
        }
    }

    private boolean end() {
        Subscription before = UPSTREAM.getAndSet(this, Operators.cancelledSubscription());
        return before != Operators.cancelledSubscription();
    }

    /** Behind the end of the handler's publisher. On the loop's thread. */
    @Override
    public void run() {
        owner.remove(this);
        connection.closeNow();
    }

    // ---- the handler's publisher

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.setOnce(UPSTREAM, this, s)) {
            s.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Void nothing) {
        // there is no such element
    }

    @Override
    public void onComplete() {
        if (end()) {
            owner.loop().signal(this);
        }
    }

    @Override
    public void onError(Throwable e) {
        if (end()) {
            try {
                log(e); // before the close: the connection tells what it was doing
            } finally {
                owner.loop().signal(this);
            }
        } else if (!isOrdinary(e)) {
            Operators.onErrorDropped(e, currentContext());
        }
    }

    /** A client that went away is no event for the log of a server, nor is a handler's end when its connection was closed. */
    private static boolean isOrdinary(Throwable e) {
        return e instanceof PeerException || e instanceof CancelledException;
    }

    private void log(Throwable e) {
        Logger logger = Loggers.getLogger(Listener.class);
        if (!isOrdinary(e)) {
            logger.error("the handler of " + connection + " has failed; its connection is closed", e);
        } else if (logger.isDebugEnabled()) {
            logger.debug("the handler of " + connection + " has ended: " + e.getMessage());
        }
    }

    @Override
    public Context currentContext() {
        return owner.actual().currentContext();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return owner.actual();
        }
        if (key == Attr.TERMINATED) {
            return upstream == Operators.cancelledSubscription();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
