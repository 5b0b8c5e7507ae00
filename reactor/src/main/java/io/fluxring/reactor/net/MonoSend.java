package io.fluxring.reactor.net;

import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.PieceSource;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Sends what a publisher gives, and completes when all of it has been handed to the kernel's socket. */
final class MonoSend<T> extends Mono<Void> implements Scannable {
    private final SendLine line;
    private final Publisher<? extends T> source;
    private final PieceSource<T> pieces;

    private MonoSend(SendLine line, Publisher<? extends T> source, PieceSource<T> pieces) {
        this.line = line;
        this.source = source;
        this.pieces = pieces;
    }

    static <T> Mono<Void> of(SendLine line, Publisher<? extends T> source, PieceSource<T> pieces) {
        return CallSite.name(onAssembly(new MonoSend<>(line, source, pieces)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        new SendSubscriber<>(line, source, pieces, actual).begin();
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
