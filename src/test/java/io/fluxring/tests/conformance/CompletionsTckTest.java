package io.fluxring.tests.conformance;

import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** {@code ReactiveRing.completions}, over a ring that is never still. */
public class CompletionsTckTest extends RingVerification<Completion> {
    /** Made by TestNG. */
    public CompletionsTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<Completion> createPublisher(long elements) {
        Disposable pump = ring().submit(
                        Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().<Op>map(tick -> new Op.Nop()))
                .subscribe();
        closeLater(pump::dispose);
        // It has no end of its own but the ring's.
        return ring().completions().take(elements);
    }

    /** A ring that has ended. */
    @Override
    public Publisher<Completion> createFailedPublisher() {
        ring().disposeLater().block();
        return ring().completions();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 5000;
    }
}
