package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.StreamSocket;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** What arrives on a connection, each lease lent for the time of {@code onNext}. A subscriber is the receiver's handler. */
final class FluxReceive extends Flux<BufferLease> implements Scannable {
    private final StreamSocket socket;

    FluxReceive(StreamSocket socket) {
        this.socket = socket;
    }

    @Override
    public void subscribe(CoreSubscriber<? super BufferLease> actual) {
        new LeaseSubscription(socket, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class LeaseSubscription extends ReceiveSubscription<BufferLease> {
        LeaseSubscription(StreamSocket socket, CoreSubscriber<? super BufferLease> actual) {
            super(socket, actual);
        }

        @Override
        public void received(BufferLease lease) {
            lease.lend();
            try {
                next(lease);
            } finally {
                lease.endLoan(); // an element that is dropped, mapped or thrown on gives its buffer back
            }
        }
    }
}
