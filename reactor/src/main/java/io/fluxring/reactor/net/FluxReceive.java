package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.operator.LoopSubscription;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * What arrives on a connection. Each subscriber attaches to the connection's {@link Inbound}, on the loop's thread, and all
 * signals are given there.
 */
final class FluxReceive<T> extends Flux<T> implements Scannable {
    private final RingLoop loop;
    private final Inbound inbound;
    private final @Nullable Function<? super BufferLease, ? extends T> mapper;

    private FluxReceive(RingLoop loop, Inbound inbound, @Nullable Function<? super BufferLease, ? extends T> mapper) {
        this.loop = loop;
        this.inbound = inbound;
        this.mapper = mapper;
    }

    /**
     * The publisher of a connection's bytes.
     *
     * @param mapper applied to each lease, which is released after it; null to hand leases over, T being the lease then
     */
    static <T> Flux<T> of(RingLoop loop, Inbound inbound, @Nullable Function<? super BufferLease, ? extends T> mapper) {
        return onAssembly(new FluxReceive<>(loop, inbound, mapper));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        ReceiveSubscription<T> subscription = new ReceiveSubscription<>(loop, inbound, actual, mapper);
        actual.onSubscribe(subscription);
        try {
            loop.execute(subscription::attach);
        } catch (RejectedExecutionException e) {
            subscription.fail(e);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /** Releases a lease that no subscriber will see, after telling the one that might have. */
    static void discard(BufferLease lease, @Nullable ReceiveSubscription<?> subscriber) {
        if (subscriber != null) {
            Operators.onDiscard(lease, subscriber.actual().currentContext());
        }
        lease.release();
    }

    static final class ReceiveSubscription<T> extends LoopSubscription<T> {
        private final Inbound inbound;
        private final @Nullable Function<? super BufferLease, ? extends T> mapper;

        ReceiveSubscription(
                RingLoop loop,
                Inbound inbound,
                CoreSubscriber<? super T> actual,
                @Nullable Function<? super BufferLease, ? extends T> mapper) {
            super(loop, actual);
            this.inbound = inbound;
            this.mapper = mapper;
        }

        void attach() {
            if (!isCancelled()) {
                inbound.attach(this);
            }
        }

        @Override
        protected void requested() {
            inbound.deliver();
        }

        @Override
        protected void cancelled() {
            inbound.detach(this);
        }

        @SuppressWarnings("unchecked") // without a mapper T is the lease
        void emit(BufferLease lease) {
            Function<? super BufferLease, ? extends T> map = mapper;
            if (map == null) {
                next((T) lease);
            } else {
                emitMapped(map, lease);
            }
        }

        private void emitMapped(Function<? super BufferLease, ? extends T> map, BufferLease lease) {
            T mapped;
            try {
                mapped = map.apply(lease);
                if (mapped == null) {
                    throw new NullPointerException("the mapper returned null");
                }
            } catch (Throwable e) {
                inbound.detach(this);
                fail(Operators.onOperatorError(null, e, actual().currentContext()));
                return;
            } finally {
                lease.release();
            }
            next(mapped);
        }
    }
}
