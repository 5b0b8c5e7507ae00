package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.net.AcceptHandler;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.LoopSubscription;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** A listener's connections. Each subscriber is the acceptor's handler while it is subscribed. */
final class FluxAccept extends Flux<Connection> implements Scannable {
    private final Listener listener;

    private FluxAccept(Listener listener) {
        this.listener = listener;
    }

    static Flux<Connection> of(Listener listener) {
        return CallSite.name(onAssembly(new FluxAccept(listener)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Connection> actual) {
        new AcceptSubscription(listener, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class AcceptSubscription extends LoopSubscription<Connection> implements AcceptHandler {
        private final Listener listener;

        AcceptSubscription(Listener listener, CoreSubscriber<? super Connection> actual) {
            super(listener.loop(), actual);
            this.listener = listener;
        }

        @Override
        protected void attach() {
            if (!listener.acceptor().attach(this)) {
                fail(listener.acceptedFromAlready());
            }
        }

        @Override
        protected void drain() {
            listener.acceptor().deliver();
        }

        @Override
        protected void detach() {
            listener.acceptor().detach(this);
        }

        @Override
        public void accepted(FileRef file) {
            next(listener.opened(file));
        }

        @Override
        public void ended(int result) {
            SocketFailure.end(this, "ACCEPT", listener.file(), result);
        }
    }
}
