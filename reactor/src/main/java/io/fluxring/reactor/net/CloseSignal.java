package io.fluxring.reactor.net;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Completes its subscribers when something was closed. A sink is made when the first one waits: most are closed unobserved. */
final class CloseSignal {
    @SuppressWarnings("rawtypes") // an updater knows no type arguments
    private static final AtomicReferenceFieldUpdater<CloseSignal, Sinks.@Nullable Empty> SINK =
            AtomicReferenceFieldUpdater.newUpdater(CloseSignal.class, Sinks.Empty.class, "sink");

    private volatile Sinks.@Nullable Empty<Void> sink;
    private volatile boolean come;

    /** Emits, once. */
    void emit() {
        come = true;
        Sinks.Empty<Void> to = sink;
        if (to != null) {
            to.tryEmitEmpty();
        }
    }

    boolean hasCome() {
        return come;
    }

    Mono<Void> mono() {
        return Mono.defer(this::orEmpty);
    }

    private Mono<Void> orEmpty() {
        if (come) {
            return Mono.empty();
        }
        Sinks.Empty<Void> to = sink;
        while (to == null) {
            Sinks.Empty<Void> made = Sinks.empty();
            to = SINK.compareAndSet(this, null, made) ? made : sink;
        }
        if (come) {
            to.tryEmitEmpty(); // emit() may have looked for a sink before there was this one
        }
        return to.asMono();
    }
}
