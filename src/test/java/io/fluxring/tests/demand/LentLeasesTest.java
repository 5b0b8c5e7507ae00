package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A buffer that user code neither keeps nor sends goes back by itself: a peer can't drain the group through user code. */
class LentLeasesTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final int BUFFERS = 16;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);

    /** Far more bad messages than buffers, each from a client of its own; the next client is served. */
    @Test
    void bytesThatUserCodeThrowsOn() throws IOException {
        ReactiveRing ring = guard.ring(BUFFERS, 64);
        Server server = new Server(ring);
        for (int i = 0; i < 4 * BUFFERS; i++) {
            try (Server.Pair pair = server.pair()) {
                Mono<Void> echo = pair.connection()
                        .send(pair.connection().receive().map(lease -> {
                            throw new IllegalArgumentException("a bad message");
                        }));
                pair.peer().write(message);
                StepVerifier.create(echo)
                        .expectError(IllegalArgumentException.class)
                        .verify(LIMIT);
            }
        }
        RingGuard.awaitNoLeases(ring);
        try (Server.Pair pair = server.pair()) {
            pair.connection().send(pair.connection().receive()).subscribe(nothing -> {}, e -> {});
            pair.peer().echo(100);
        }
        assertThat(ring.counters().get(Counter.NO_BUFFER)).isZero();
    }

    @Test
    void bytesThatAreDropped() throws IOException {
        ReactiveRing ring = guard.ring(BUFFERS, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Mono<Long> count =
                    pair.connection().receive().filter(lease -> false).count();
            Mono<Long> started = count.cache();
            started.subscribe();
            for (int i = 0; i < 4 * BUFFERS; i++) {
                pair.peer().send(64);
            }
            pair.peer().endOutput();
            assertThat(started.block(LIMIT)).isZero();
        }
    }

    /** What is retained is stable until its release, whatever arrives meanwhile. */
    @Test
    void bytesThatAreKept() throws IOException {
        ReactiveRing ring = guard.ring(BUFFERS, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            List<BufferLease> kept = new ArrayList<>();
            Flux<BufferLease> some = pair.connection().receive().retain().take(2);
            pair.peer().write(message);
            Mono<List<BufferLease>> both = some.doOnNext(lease -> {
                        kept.add(lease);
                        PeerStep.now(() -> pair.peer().write(message));
                    })
                    .collectList();
            both.block(LIMIT);
            pair.connection().receive().take(1).blockLast(LIMIT); // the message that the second one made it write
            for (BufferLease lease : kept) {
                assertThat(lease.text(StandardCharsets.US_ASCII)).isEqualTo("hello");
                lease.release();
            }
        }
        RingGuard.awaitNoLeases(ring);
    }

    /**
     * Operators that queue elements and then drop them: the hook releases each, once. The cancel comes when the loop and the worker
     * have done what they had to do: if it overtakes them, two threads take from the queue that Reactor's publishOn and concatMap
     * share, which loses elements of any source.
     */
    @Test
    void bytesThatAreKeptAndDiscarded() throws IOException {
        ReactiveRing ring = guard.ring(BUFFERS, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            Flux<Long> stuck = connection
                    .receive()
                    .retain()
                    .publishOn(Schedulers.single())
                    .concatMap(lease -> Mono.<Long>never().doFinally(signal -> lease.release()))
                    .doOnDiscard(BufferLease.class, BufferLease::release);
            var subscription = stuck.subscribe();
            pair.peer().send(3 * 64, 64); // what a connection may hold of this group
            Eventually.until("bytes that wait", () -> ring.counters().get(Counter.BYTES_RECEIVED) == 3 * 64);
            CompletableFuture.runAsync(() -> {}, ring.loop()).join();
            CompletableFuture.runAsync(() -> {}, Schedulers.single()::schedule).join();
            subscription.dispose();
            connection.close().block(LIMIT);
        }
        RingGuard.awaitNoLeases(ring);
        assertThat(releasedTwice(ring)).isEmpty();
    }

    /** The documented hook releases what a closing connection discards, which must not count as a second release. */
    @Test
    void hooksThatReleaseWhatIsDiscarded() throws IOException {
        ReactiveRing ring = guard.ring(BUFFERS, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            connection
                    .receive()
                    .doOnDiscard(BufferLease.class, BufferLease::release)
                    .onErrorComplete()
                    .subscribe(new BaseSubscriber<>() {
                        @Override
                        protected void hookOnSubscribe(Subscription subscription) {
                            subscription.request(1);
                        }
                    });
            pair.peer().send(4 * 64, 64);
            Eventually.until("bytes that wait", () -> ring.counters().get(Counter.BYTES_RECEIVED) >= 2 * 64);
            connection.close().block(LIMIT);
        }
        RingGuard.awaitNoLeases(ring);
        assertThat(releasedTwice(ring)).isEmpty();
    }

    private static List<Throwable> releasedTwice(ReactiveRing ring) {
        return ring.loop().pools().stream()
                .flatMap(pool -> pool.audit().releasedTwice().stream())
                .toList();
    }
}
