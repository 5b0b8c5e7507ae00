package io.fluxring.reactor.net;

import io.fluxring.reactor.operator.CallSite;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Serves a listener's connections, each by a publisher of its own; see {@link HandleSubscription}. */
final class MonoHandle extends Mono<Void> implements Scannable {
    private final Listener listener;
    private final Function<? super Connection, ? extends Publisher<Void>> handler;

    private MonoHandle(Listener listener, Function<? super Connection, ? extends Publisher<Void>> handler) {
        this.listener = listener;
        this.handler = handler;
    }

    static Mono<Void> of(Listener listener, Function<? super Connection, ? extends Publisher<Void>> handler) {
        return CallSite.name(onAssembly(new MonoHandle(listener, handler)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        new HandleSubscription(listener, handler, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
