package io.fluxring.reactor;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.operator.CallSite;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Submits what a publisher gives, and emits what the kernel says of it; see {@link SubmitSubscription}. */
final class FluxSubmit extends Flux<Completion> implements Scannable {
    private final RingLoop loop;
    private final Publisher<? extends Op> source;

    private FluxSubmit(RingLoop loop, Publisher<? extends Op> source) {
        this.loop = loop;
        this.source = source;
    }

    static Flux<Completion> of(RingLoop loop, Publisher<? extends Op> source) {
        return CallSite.name(onAssembly(new FluxSubmit(loop, source)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Completion> actual) {
        new SubmitSubscription(loop, actual, source).begin();
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
