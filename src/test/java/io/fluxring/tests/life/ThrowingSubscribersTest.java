package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A subscriber that throws in {@code onNext}, against the rules or with an error that Reactor doesn't catch, gets an {@code onError};
 * what it subscribed to is there for the next one.
 */
class ThrowingSubscribersTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static Throwable failure(String kind) {
        return switch (kind) {
            case "runtime" -> new IllegalStateException("boom");
            case "linkage" -> new NoClassDefFoundError("missing/Dependency");
            default -> new OutOfMemoryError("pretended");
        };
    }

    private static class Throwing<T> implements CoreSubscriber<T> {
        private final Throwable failure;
        final AtomicReference<Throwable> end = new AtomicReference<>();

        Throwing(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T element) {
            if (element instanceof Connection connection) {
                connection.dispose();
            }
            Throwing.<Object, RuntimeException>sneak(failure);
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <R, E extends Throwable> R sneak(Throwable e) throws E {
            throw (E) e;
        }

        @Override
        public void onError(Throwable e) {
            end.set(e);
        }

        @Override
        public void onComplete() {
            end.set(new AssertionError("completed"));
        }

        void awaitFailure() {
            Eventually.until("an end", () -> end.get() != null);
            assertThat(end.get()).isSameAs(failure);
        }
    }

    @ParameterizedTest
    @CsvSource({"runtime,true", "runtime,false", "linkage,true", "linkage,false", "memory,true", "memory,false"})
    void ofAListener(String kind, boolean multishot) throws IOException {
        guard.handlersMayFail();
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort(), ListenOptions.defaults().withMultishot(multishot));
        Throwing<Connection> subscriber = new Throwing<>(failure(kind));
        listener.accept().subscribe(subscriber);
        try (Peer peer = Peer.connect(listener.localAddress())) {
            subscriber.awaitFailure();
            peer.expectEnd();
        }
        Echo.serve(listener);
        try (Peer peer = Peer.connect(listener.localAddress())) {
            peer.echo(100).endOutput().expectEnd();
        }
    }

    @Test
    void ofAConnection() throws IOException {
        guard.handlersMayFail();
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Throwing<Object> subscriber = new Throwing<>(failure("runtime"));
            pair.connection().receive().subscribe(subscriber);
            pair.peer().send(64);
            subscriber.awaitFailure();
            RingGuard.awaitNoLeases(ring);
            pair.connection().send(pair.connection().receive()).subscribe(nothing -> {}, e -> {});
            pair.peer().send(100).read(100);
        }
    }

    /** Behind operators that let a fatal error pass no signal comes any more: the client must not wait for one. */
    @ParameterizedTest
    @ValueSource(strings = {"linkage", "memory"})
    void fatallyBehindOperators(String kind) throws IOException {
        guard.handlersMayFail();
        ReactiveRing ring = guard.ring(8, 64);
        Listener listener = ring.listen(Echo.anyPort());
        listener.handle(connection -> connection
                        .receive()
                        .asByteArray()
                        .next()
                        .flatMap(bytes -> Throwing.<Mono<Void>, RuntimeException>sneak(failure(kind))))
                .subscribe();
        for (int i = 0; i < 20; i++) {
            try (Peer peer = Peer.connect(listener.localAddress())) {
                peer.send(10).expectEnd();
            }
        }
        guard.takeDropped();
        listener.dispose();
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "linkage", "memory"})
    void ofSubmissions(String kind) {
        guard.handlersMayFail();
        ReactiveRing ring = guard.ring();
        Throwing<Completion> subscriber = new Throwing<>(failure(kind));
        ring.submit(Flux.range(0, 100).map(i -> new Op.Nop())).subscribe(subscriber);
        subscriber.awaitFailure();
        assertThat(ring.submit(Flux.just(new Op.Nop())).blockLast(LIMIT)).isNotNull();
    }

    /** Reactive Streams, rule 3.9. */
    @Test
    void aRequestForNothingIsAnError() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            for (Flux<?> publisher : List.of(
                    ring.submit(Flux.never()),
                    pair.connection().receive(),
                    ring.listen(Echo.anyPort()).accept())) {
                Throwing<Object> subscriber = new Throwing<>(new AssertionError()) {
                    @Override
                    public void onSubscribe(Subscription subscription) {
                        subscription.request(0);
                    }
                };
                publisher.subscribe(subscriber);
                Eventually.until("an end", () -> subscriber.end.get() != null);
                assertThat(subscriber.end.get())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("3.9");
            }
        }
    }
}
