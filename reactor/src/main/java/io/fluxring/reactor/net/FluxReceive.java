package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.ReceiveHandler;
import io.fluxring.core.net.Receiver;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.operator.LoopSubscription;
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
        new ReceiveSubscription(socket, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class ReceiveSubscription extends LoopSubscription<BufferLease> implements ReceiveHandler {
        private final StreamSocket socket;

        ReceiveSubscription(StreamSocket socket, CoreSubscriber<? super BufferLease> actual) {
            super(socket.loop(), actual);
            this.socket = socket;
        }

        private Receiver receiver() {
            return socket.receiver();
        }

        @Override
        protected void attach() {
            if (!receiver().attach(this)) {
                fail(new IllegalStateException(socket.file() + " is being received from already"));
            }
        }

        @Override
        protected void drain() {
            receiver().deliver();
        }

        @Override
        protected void detach() {
            receiver().detach(this);
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

        @Override
        public void ended(int result) {
            if (result == 0) {
                complete();
            } else {
                fail(SocketFailure.of("RECV", socket.file(), result));
            }
        }

        @Override
        public void discarded(BufferLease lease) {
            LeasePieces.discardLease(lease, actual().currentContext());
        }
    }
}
