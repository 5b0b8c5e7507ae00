package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.ReceiveHandler;
import io.fluxring.core.net.Receiver;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.operator.LeasePieces;
import io.fluxring.reactor.operator.LoopSubscription;
import reactor.core.CoreSubscriber;

/**
 * A subscriber as the handler of a socket's receiver.
 *
 * @param <T> what it makes of the pieces
 */
abstract class ReceiveSubscription<T> extends LoopSubscription<T> implements ReceiveHandler {
    private final StreamSocket socket;

    ReceiveSubscription(StreamSocket socket, CoreSubscriber<? super T> actual) {
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

    /** A handler that is stuck behind such an operator would keep its client, and the descriptor, for ever. */
    @Override
    protected void failedFatally() {
        socket.close();
    }

    @Override
    public void ended(int result) {
        SocketFailure.end(this, "RECV", socket.file(), result);
    }

    @Override
    public void discarded(BufferLease lease) {
        LeasePieces.discardLease(lease, actual().currentContext());
    }
}
