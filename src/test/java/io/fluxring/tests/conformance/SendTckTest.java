package io.fluxring.tests.conformance;

import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** {@code Connection.sendBytes}, a Mono without an element; the one here is that of an operator behind it. */
public class SendTckTest extends RingVerification<Integer> {
    /** Made by TestNG. */
    public SendTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        Publisher<Void> sent = pair().connection().sendBytes(Flux.range(0, 30).map(i -> ByteBuffer.allocate(10)));
        return elements == 0
                ? Flux.from(sent).cast(Integer.class)
                : Flux.from(sent).thenMany(Flux.just(1));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return closedPair()
                .connection()
                .sendBytes(Flux.just(ByteBuffer.allocate(10)))
                .cast(Integer.class);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
