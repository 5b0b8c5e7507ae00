package io.fluxring.reactor.net;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Sends what a publisher gives, and completes when all of it has been handed to the kernel's socket. */
final class MonoSend<T> extends Mono<Void> implements Scannable {
    private final Outbound outbound;
    private final Publisher<? extends T> source;
    private final PieceSource<T> pieces;

    private MonoSend(Outbound outbound, Publisher<? extends T> source, PieceSource<T> pieces) {
        this.outbound = outbound;
        this.source = source;
        this.pieces = pieces;
    }

    static <T> Mono<Void> of(Outbound outbound, Publisher<? extends T> source, PieceSource<T> pieces) {
        return onAssembly(new MonoSend<>(outbound, source, pieces));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        SendSubscriber<T> subscriber = new SendSubscriber<>(outbound, source, pieces, actual);
        actual.onSubscribe(subscriber);
        try {
            outbound.loop().execute(() -> outbound.enter(subscriber));
        } catch (RejectedExecutionException e) {
            actual.onError(e);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
