package io.fluxring.tests.conformance;

import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** {@code ReactiveRing.submit}. */
public class SubmitTckTest extends RingVerification<Completion> {
    /** Made by TestNG. */
    public SubmitTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<Completion> createPublisher(long elements) {
        return ring().submit(Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                .map(i -> new Op.Nop()));
    }

    @Override
    public Publisher<Completion> createFailedPublisher() {
        return ring().submit(Flux.error(new IllegalStateException("source")));
    }

    @Override
    public long maxElementsFromPublisher() {
        return Integer.MAX_VALUE;
    }
}
