package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.tests.support.Pattern;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ReceiveDemandTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static byte[] join(List<byte[]> pieces) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        pieces.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private static byte[] received(Flux<byte[]> pieces) {
        return join(pieces.collectList().blockOptional(LIMIT).orElseThrow());
    }

    /** Sends from another thread, as the socket takes no more than its buffers hold. */
    private static void sendAll(Peer peer, int bytes) {
        Thread.ofPlatform()
                .daemon()
                .start(PeerStep.of(() -> peer.send(bytes, 3000).endOutput()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneAtATime(boolean multishot) throws IOException {
        ReactiveRing ring = guard.ring(16, 256);
        Server server = new Server(ring, ListenOptions.defaults().withMultishot(multishot));
        try (Server.Pair pair = server.pair()) {
            sendAll(pair.peer(), 1 << 20);
            byte[] bytes =
                    received(pair.connection().receive(BufferLease::toByteArray).limitRate(1));
            assertThat(bytes).isEqualTo(new Pattern(0).bytes(0, 1 << 20));
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void sevenAtATime() throws IOException {
        ReactiveRing ring = guard.ring(16, 256);
        try (Server.Pair pair = new Server(ring).pair()) {
            sendAll(pair.peer(), 1 << 20);
            byte[] bytes =
                    received(pair.connection().receive(BufferLease::toByteArray).limitRate(7));
            assertThat(bytes).isEqualTo(new Pattern(0).bytes(0, 1 << 20));
        }
    }

    /** Nothing comes that was not asked for, and what was comes although the peer waits long in between. */
    @Test
    void noMoreThanRequested() throws IOException {
        ReactiveRing ring = guard.ring(16, 10);
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive(BufferLease::lengthBytes), 0)
                    .expectSubscription()
                    .then(PeerStep.of(() -> pair.peer().send(100)))
                    .expectNoEvent(Duration.ofMillis(100))
                    .thenRequest(1)
                    .expectNext(10)
                    .expectNoEvent(Duration.ofMillis(50))
                    .thenRequest(2)
                    .expectNext(10, 10)
                    .expectNoEvent(Duration.ofMillis(50))
                    .thenRequest(100)
                    .expectNext(10, 10, 10, 10, 10, 10, 10)
                    .then(PeerStep.of(pair.peer()::endOutput))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    /** The end comes without demand: there is no element that would need it. */
    @Test
    void theEndNeedsNoDemandOnceAReceiveWasArmed() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive(BufferLease::lengthBytes), 1)
                    .then(PeerStep.of(() -> pair.peer().send(5)))
                    .expectNext(5)
                    .then(PeerStep.of(pair.peer()::endOutput))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    /** One subscriber after the other takes a few and cancels: the bytes of all of them are the stream. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void cancelAtAnyPointLosesNothing(long seed) throws IOException {
        int total = 200_000;
        Random random = new Random(seed);
        ReactiveRing ring = guard.ring(1 + random.nextInt(20), 1 + random.nextInt(500));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Server.Pair pair = new Server(ring).pair()) {
            sendAll(pair.peer(), total);
            while (all.size() < total) {
                int some = 1 + random.nextInt(20);
                boolean prefetches = random.nextBoolean();
                Flux<byte[]> pieces = pair.connection().receive(BufferLease::toByteArray);
                // take(n) asks for n only; takeUntil with unbounded demand cancels in the middle of plenty.
                AtomicInteger seen = new AtomicInteger();
                Flux<byte[]> part =
                        prefetches ? pieces.takeUntil(piece -> seen.incrementAndGet() == some) : pieces.take(some);
                all.writeBytes(received(part));
            }
        }
        assertThat(all.toByteArray()).isEqualTo(new Pattern(0).bytes(0, total));
        RingGuard.awaitNoLeases(ring);
    }

    /** Cancelled from another thread, with no relation to what arrives: what was emitted and what follows is the stream. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void cancelFromAnotherThread(long seed) throws IOException {
        int total = 3_000_000;
        Random random = new Random(seed);
        ReactiveRing ring = guard.ring(8, 200);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Server.Pair pair = new Server(ring).pair()) {
            sendAll(pair.peer(), total);
            while (all.size() < total) {
                // Everything that onNext is given counts, also what comes while the cancel is on its way.
                BaseSubscriber<byte[]> subscriber = new BaseSubscriber<>() {
                    @Override
                    protected void hookOnNext(byte[] piece) {
                        synchronized (all) {
                            all.writeBytes(piece);
                        }
                    }
                };
                Flux.from(pair.connection().receive(BufferLease::toByteArray)).subscribe(subscriber);
                int enough = all.size() + random.nextInt(50_000);
                Eventually.until("more bytes", () -> all.size() > enough || all.size() == total);
                subscriber.cancel();
                RingGuard.ask(ring, RingLoop::liveLeases); // behind the cancel in the loop's queue
            }
        }
        assertThat(all.toByteArray()).isEqualTo(new Pattern(0).bytes(0, total));
    }

    @Test
    void timeoutInTheMiddleThenReceiveAgain() throws IOException {
        ReactiveRing ring = guard.ring(16, 100);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            pair.peer().send(250);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            assertThatThrownBy(() -> connection
                            .receive(BufferLease::toByteArray)
                            .doOnNext(all::writeBytes)
                            .timeout(Duration.ofMillis(200))
                            .blockLast(LIMIT))
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThat(all.size()).isEqualTo(250);
            pair.peer().send(400).endOutput(); // arrives while nobody has subscribed
            all.writeBytes(received(connection.receive(BufferLease::toByteArray)));
            assertThat(all.toByteArray()).isEqualTo(new Pattern(0).bytes(0, 650));
        }
    }

    @Test
    void leasesReleasedOnAnotherScheduler() throws IOException {
        int total = 2 << 20;
        ReactiveRing ring = guard.ring(32, 512);
        try (Server.Pair pair = new Server(ring).pair()) {
            sendAll(pair.peer(), total);
            byte[] bytes = received(pair.connection()
                    .receive()
                    .retain()
                    .publishOn(Schedulers.parallel(), 8)
                    .map(lease -> {
                        try (lease) {
                            return lease.toByteArray();
                        }
                    }));
            assertThat(bytes).isEqualTo(new Pattern(0).bytes(0, total));
            int free = RingGuard.ask(ring, loop -> loop.pools().getFirst().free());
            assertThat(free).isEqualTo(32);
        }
        RingGuard.awaitNoLeases(ring);
    }

    /** Operators that hold leases give them to doOnDiscard when they are cancelled. */
    @Test
    void discardedLeasesAreReleased() throws IOException {
        ReactiveRing ring = guard.ring(128, 64);
        Scheduler elsewhere = Schedulers.newSingle("elsewhere");
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(64 * 20);
            AtomicInteger discarded = new AtomicInteger();
            BaseSubscriber<BufferLease> wantsNothing = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    // no request
                }
            };
            pair.connection()
                    .receive()
                    .retain()
                    .publishOn(elsewhere)
                    .doOnDiscard(BufferLease.class, lease -> {
                        discarded.incrementAndGet();
                        lease.release();
                    })
                    .subscribe(wantsNothing);
            Eventually.until("leases in the queue of publishOn", () -> RingGuard.ask(ring, RingLoop::liveLeases) == 20);
            // publishOn has scheduled a look at its queue: cancelled before that has run, it would discard nothing
            CompletableFuture.runAsync(() -> {}, elsewhere::schedule).join();
            wantsNothing.cancel();
            Eventually.until("leases are discarded", () -> discarded.get() == 20);
        } finally {
            elsewhere.dispose();
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void filteredLeasesAreDiscarded() throws IOException {
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            sendAll(pair.peer(), 64 * 100);
            pair.connection()
                    .receive()
                    .retain()
                    .filter(lease -> false)
                    .doOnDiscard(BufferLease.class, BufferLease::release)
                    .blockLast(LIMIT);
        }
        RingGuard.awaitNoLeases(ring);
    }

    /** What waits for a subscriber is released when the connection is closed. */
    @Test
    void closeReleasesWhatNobodyTook() throws IOException {
        ReactiveRing ring = guard.ring(32, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(64 * 10);
            StepVerifier.create(pair.connection().receive().retain(), 1)
                    .consumeNextWith(BufferLease::release)
                    .then(() -> Eventually.until("waiting leases", () -> RingGuard.ask(ring, RingLoop::liveLeases) > 2))
                    .then(() -> pair.connection().close().subscribe())
                    .expectError(CancelledException.class)
                    .verify(LIMIT);
            RingGuard.awaitNoLeases(ring);
            StepVerifier.create(pair.connection().receive().retain())
                    .expectError(CancelledException.class)
                    .verify(LIMIT);
        }
    }

    @Test
    void aMapperThatThrows() throws IOException {
        ReactiveRing ring = guard.ring(32, 4);
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(12).endOutput();
            IllegalStateException failure = new IllegalStateException("mapper");
            StepVerifier.create(pair.connection().receive(lease -> {
                        throw failure;
                    }))
                    .expectErrorSatisfies(e -> assertThat(e).isSameAs(failure))
                    .verify(LIMIT);
            // The piece that the mapper failed on is gone; what came behind it is there.
            byte[] rest = received(pair.connection().receive(BufferLease::toByteArray));
            assertThat(rest).isEqualTo(new Pattern(0).bytes(4, 8));
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void aMapperThatReturnsNull() throws IOException {
        ReactiveRing ring = guard.ring(32, 4);
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(4);
            StepVerifier.create(pair.connection().receive(lease -> null))
                    .expectError(NullPointerException.class)
                    .verify(LIMIT);
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void twoSubscribersAtOnce() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive(BufferLease::lengthBytes))
                    .expectSubscription()
                    .then(() -> StepVerifier.create(pair.connection().receive().retain())
                            .expectErrorSatisfies(e -> assertThat(e)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("being received from already"))
                            .verify(LIMIT))
                    .then(PeerStep.of(() -> pair.peer().send(5)))
                    .expectNext(5) // the first one is not disturbed
                    .thenCancel()
                    .verify(LIMIT);
        }
    }

    /** Use after release is found in checked mode. */
    @Test
    void aReleasedLeaseTells() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(5);
            BufferLease lease = pair.connection()
                    .receive()
                    .retain()
                    .next()
                    .blockOptional(LIMIT)
                    .orElseThrow();
            lease.release();
            assertThatThrownBy(lease::toByteArray).hasMessageContaining("use of a released lease");
            lease.release(); // once more does nothing
        }
        RingGuard.awaitNoLeases(ring);
    }
}
