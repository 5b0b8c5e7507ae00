package io.fluxring.tests.conformance;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** {@code Listener.accept}, with connections that wait in the backlog. */
public class AcceptTckTest extends RingVerification<Connection> {
    /** Made by TestNG. */
    public AcceptTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<Connection> createPublisher(long elements) {
        Listener listener = ring().listen(Echo.anyPort());
        PeerStep.now(() -> {
            for (int i = 0; i < elements; i++) {
                closeLater(Peer.connect(listener.localAddress()));
            }
        });
        Flux<Connection> accepted = listener.accept()
                .doOnNext(connection -> closeLater(() -> connection.close().block(Eventually.LIMIT)));
        return accepted.take(elements); // it has no end of its own but the listener's
    }

    @Override
    public Publisher<Connection> createFailedPublisher() {
        Listener listener = ring().listen(Echo.anyPort());
        ring().disposeLater().block(Eventually.LIMIT);
        return listener.accept();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 300;
    }
}
