package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.operator.LoopSubscription;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** A listener's connections. Each subscriber attaches to the {@link Acceptor}, on the loop's thread. */
final class FluxAccept extends Flux<Connection> implements Scannable {
    private final RingLoop loop;
    private final Acceptor acceptor;

    private FluxAccept(RingLoop loop, Acceptor acceptor) {
        this.loop = loop;
        this.acceptor = acceptor;
    }

    static Flux<Connection> of(RingLoop loop, Acceptor acceptor) {
        return onAssembly(new FluxAccept(loop, acceptor));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Connection> actual) {
        AcceptSubscription subscription = new AcceptSubscription(loop, acceptor, actual);
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

    static final class AcceptSubscription extends LoopSubscription<Connection> {
        private final Acceptor acceptor;

        AcceptSubscription(RingLoop loop, Acceptor acceptor, CoreSubscriber<? super Connection> actual) {
            super(loop, actual);
            this.acceptor = acceptor;
        }

        void attach() {
            if (!isCancelled()) {
                acceptor.attach(this);
            }
        }

        @Override
        protected void requested() {
            acceptor.deliver();
        }

        @Override
        protected void cancelled() {
            acceptor.detach(this);
        }
    }
}
