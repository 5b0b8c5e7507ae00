package io.fluxring.reactor.text;

import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/** A stream of bytes as texts. */
@FunctionalInterface
public interface TextFlux {
    /**
     * The texts.
     *
     * @param texts makes the source of each subscription, which has a state
     */
    Flux<String> of(Supplier<TextSource> texts);
}
