package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.LoadClient;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.test.StepVerifier;

/** A ring that is disposed of in the middle of work: all its publishers end, and nothing is left. */
class RingDisposalTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final Op SLOW = new Op.Timeout(Duration.ofHours(1));

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private void watch(Flux<?> publisher) {
        subscribed.incrementAndGet();
        publisher.doFinally((SignalType type) -> ended.incrementAndGet()).subscribe(element -> {}, failure -> {});
    }

    private void disposeAndAwaitAll(ReactiveRing ring) {
        long start = System.nanoTime();
        ring.disposeLater().block(LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        Eventually.until(
                () -> "all " + subscribed + " publishers to end, but only " + ended + " did",
                Duration.ofSeconds(3),
                () -> ended.get() == subscribed.get());
    }

    @Test
    void thousandsOfOperations() {
        ReactiveRing ring = guard.ring();
        for (int i = 0; i < 10; i++) {
            watch(ring.submit(Flux.range(0, 500).map(number -> SLOW)));
        }
        RingGuard.awaitOperations(ring, 5000);
        disposeAndAwaitAll(ring);
    }

    /** Their sources have not ended, and some go on for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"never", "endless slow", "endless quick", "later"})
    void submissionsWhoseSourcesGoOn(String kind) {
        ReactiveRing ring = guard.ring();
        Flux<Op> source = switch (kind) {
            case "never" -> Flux.never();
            case "endless slow" -> Flux.<Op>generate(sink -> sink.next(SLOW));
            case "endless quick" -> Flux.<Op>generate(sink -> sink.next(new Op.Nop()));
            default -> Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map(tick -> SLOW);
        };
        watch(ring.submit(source));
        watch(ring.submit(source));
        if (kind.equals("never")) {
            RingGuard.ask(ring, loop -> true);
        } else {
            Eventually.until(
                    "operations",
                    () -> ring.counters().toString().contains("sqes")
                            && ring.loop().liveOperations() > 20);
        }
        disposeAndAwaitAll(ring);
    }

    @Test
    void connectionsThatReceiveAndSend() throws IOException {
        ReactiveRing ring = guard.ring();
        Server server = new Server(ring);
        List<Server.Pair> pairs = new ArrayList<>();
        Flux<ByteBuffer> endless = Flux.generate(sink -> sink.next(ByteBuffer.allocateDirect(50_000)));
        for (int i = 0; i < 50; i++) {
            Server.Pair pair = server.pair();
            pairs.add(pair);
            pair.peer().send(10_000);
            watch(pair.connection().receive(BufferLease::lengthBytes).limitRate(1));
            watch(pair.connection().sendBytes(endless).flux());
            watch(pair.connection().sendBytes(Flux.never()).flux());
            watch(pair.connection().onClose().flux());
        }
        watch(ring.completions());
        Listener another = ring.listen(Echo.anyPort());
        watch(another.accept());
        disposeAndAwaitAll(ring);
        for (Server.Pair pair : pairs) {
            pair.peer().close();
        }
    }

    @Test
    void anEchoServerUnderLoad() throws Exception {
        ReactiveRing ring = guard.ring(64, 512);
        Listener listener = Echo.serve(ring);
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(200);
            Thread load = Thread.ofPlatform().start(() -> {
                try {
                    clients.exchange(100_000, 500, 4);
                } catch (IOException | AssertionError e) {
                    // the end of the ring
                }
            });
            Eventually.until(
                    "some load",
                    () -> ring.counters().get(io.fluxring.core.loop.RingCounters.Counter.BYTES_SENT) > 1_000_000);
            disposeAndAwaitAll(ring);
            load.join();
        }
    }

    /** Handlers that take longer than the ring waits for the kernel are no reason to leave anything to it. */
    @Test
    void handlersThatTakeTheirTime() throws IOException {
        ReactiveRing ring = guard.ring(
                ReactiveRingConfig.defaults().withLoop(RingLoopConfig.defaults().withCloseTimeoutNanos(500_000_000L)));
        AtomicInteger handled = new AtomicInteger();
        Listener listener = ring.listen(Echo.anyPort());
        listener.handle(connection -> connection.send(connection.receive()).doFinally(signal -> {
                    pause(10);
                    handled.incrementAndGet();
                }))
                .subscribe();
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            peers.add(Peer.connect(listener.localAddress()).echo(1));
        }
        ring.disposeLater().block(LIMIT);
        assertThat(handled).hasValue(100);
        for (Peer peer : peers) {
            peer.expectEnd().close();
        }
        guard.ring().listen(listener.localAddress()); // the port is free again
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What is asked of a ring after its end ends as well. */
    @Test
    void afterTheEnd() throws IOException {
        ReactiveRing ring = guard.ring();
        Server server = new Server(ring);
        Server.Pair pair = server.pair();
        ring.disposeLater().block(LIMIT);
        ring.disposeLater().block(LIMIT);
        ring.dispose();
        assertThat(ring.isDisposed()).isTrue();
        Connection connection = pair.connection();
        StepVerifier.create(ring.submit(Flux.just(new Op.Nop()))).expectError().verify(LIMIT);
        StepVerifier.create(connection.receive().retain()).expectError().verify(LIMIT);
        StepVerifier.create(connection.sendBytes(Flux.just(ByteBuffer.allocate(1))))
                .expectError()
                .verify(LIMIT);
        StepVerifier.create(connection.shutdownOutput()).expectError().verify(LIMIT);
        assertThatThrownBy(connection::remoteAddress).isInstanceOf(CancelledException.class);
        StepVerifier.create(connection.close()).expectComplete().verify(LIMIT);
        StepVerifier.create(server.listener().close()).expectComplete().verify(LIMIT);
        StepVerifier.create(server.listener().accept())
                .expectErrorMatches(e -> true)
                .verify(LIMIT);
        StepVerifier.create(ring.completions())
                .thenConsumeWhile(any -> true)
                .expectError()
                .verify(LIMIT);
        StepVerifier.create(ring.dump()).expectError().verify(LIMIT);
        assertThat(ring.toString()).contains("closed");
        pair.peer().close();
    }

    /** Subscriptions that come while the ring goes: each ends, one way or the other. */
    @Test
    void whileItGoes() {
        for (int round = 0; round < 20; round++) {
            ReactiveRing ring = guard.ring();
            ring.dispose();
            for (int i = 0; i < 20; i++) {
                watch(ring.submit(Flux.range(0, 10).map(number -> new Op.Nop())));
                watch(ring.submit(Flux.<Op>just(SLOW)));
                watch(ring.completions());
            }
            disposeAndAwaitAll(ring);
        }
    }

    @Test
    void completionsAreShown() {
        ReactiveRing ring = guard.ring();
        StepVerifier.create(ring.completions().filter(completion -> completion.op() instanceof Op.Nop))
                .expectSubscription()
                .then(() -> RingGuard.ask(ring, loop -> true))
                .then(() -> ring.submit(Flux.range(0, 5).map(number -> new Op.Nop()))
                        .blockLast(LIMIT))
                .expectNextCount(5)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void cancelledSubmissionsAreCalledOff() {
        ReactiveRing ring = guard.ring();
        Flux<Completion> slow = ring.submit(Flux.range(0, 3000).map(number -> SLOW));
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(slow)
                    .expectSubscription()
                    .then(() -> RingGuard.awaitOperations(ring, 3000))
                    .thenCancel()
                    .verify(LIMIT);
            RingGuard.awaitOperations(ring, 0);
        }
    }
}
