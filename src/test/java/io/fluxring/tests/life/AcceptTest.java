package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class AcceptTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static void connect(List<Peer> peers, Listener listener, int count) {
        PeerStep.now(() -> {
            for (int i = 0; i < count; i++) {
                peers.add(Peer.connect(listener.localAddress()));
            }
        });
    }

    private static void close(List<Peer> peers, Queue<Connection> connections) throws IOException {
        Flux.fromIterable(connections).flatMap(Connection::close).blockLast(LIMIT);
        for (Peer peer : peers) {
            peer.close();
        }
    }

    /** With small demand not one more is accepted than was asked for. */
    @Test
    void asManyAsRequested() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        List<Peer> peers = new ArrayList<>();
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        StepVerifier.create(listener.accept().doOnNext(connections::add), 0)
                .expectSubscription()
                .then(() -> connect(peers, listener, 10))
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> assertThat(ring.counters().get(Counter.ACCEPTED)).isEqualTo(1))
                .thenRequest(5)
                .expectNextCount(5)
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> assertThat(ring.counters().get(Counter.ACCEPTED)).isEqualTo(6))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(4)
                .thenCancel()
                .verify(LIMIT);
        close(peers, connections);
        assertThat(ring.counters().get(Counter.ACCEPT_DISCARDED)).isZero();
    }

    /** Those that a subscriber leaves in the backlog are there for the next. */
    @Test
    void takeThenTakeAgain() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        List<Peer> peers = new ArrayList<>();
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        connect(peers, listener, 12);
        for (int i = 1; i <= 4; i++) {
            listener.accept().take(3).doOnNext(connections::add).blockLast(LIMIT);
            assertThat(connections).hasSize(3 * i);
        }
        close(peers, connections);
    }

    /** What was accepted ahead is closed when nobody is left to want it: its client sees the end. */
    @Test
    void acceptedAheadAndNotWanted() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        List<Peer> peers = new ArrayList<>();
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        StepVerifier.create(listener.accept().doOnNext(connections::add), 40) // enough for a multishot accept
                .expectSubscription()
                .then(() -> connect(peers, listener, 50))
                .expectNextCount(40)
                .then(() -> Eventually.until(
                        "ten accepted ahead", () -> ring.counters().get(Counter.ACCEPTED) == 50))
                .thenCancel()
                .verify(LIMIT);
        for (Peer peer : peers.subList(40, 50)) {
            peer.expectEnd();
        }
        assertThat(ring.counters().get(Counter.ACCEPT_DISCARDED)).isEqualTo(10);
        close(peers, connections);
    }

    /** However the race between a connection and a cancel ends, nothing is left open. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelWhileTheyConnect(boolean multishot) throws Exception {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort(), ListenOptions.defaults().withMultishot(multishot));
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        List<Peer> peers = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread connector = Thread.ofPlatform().start(() -> {
            while (!stop.get() && peers.size() < 2000) {
                connect(peers, listener, 1);
            }
        });
        for (int i = 0; i < 300; i++) {
            Disposable accepting = listener.accept().subscribe(connections::add);
            int enough = connections.size() + i % 3;
            Eventually.comesTrue(Duration.ofMillis(5), () -> connections.size() > enough);
            accepting.dispose();
        }
        stop.set(true);
        connector.join();
        listener.close().block(LIMIT);
        close(peers, connections);
        RingGuard.awaitOperations(ring, 0);
    }

    /**
     * Connections in the queues of operators when the subscription is cancelled. The cancel comes when the loop and the worker have
     * done what they had to do: if it overtakes them, Reactor's publishOn and concatMap lose elements of any source.
     */
    @ParameterizedTest
    @ValueSource(strings = {"publishOn", "concatMap", "flatMap", "buffer", "filter"})
    void whatOperatorsDropIsDiscarded(String operator) throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        List<Peer> peers = new ArrayList<>();
        Flux<Connection> accepted = listener.accept();
        Flux<?> queued = switch (operator) {
            case "publishOn" ->
                accepted.publishOn(Schedulers.single(), 4)
                        .concatMap(each -> Mono.never().doOnCancel(each::dispose));
            case "concatMap" -> accepted.concatMap(each -> Mono.never().doOnCancel(each::dispose), 4);
            case "flatMap" ->
                accepted.onBackpressureBuffer(100).flatMap(each -> Mono.never().doOnCancel(each::dispose), 2);
            case "buffer" -> accepted.buffer(100);
            default -> accepted.filter(each -> false);
        };
        Disposable accepting =
                queued.doOnDiscard(Connection.class, Connection::dispose).subscribe();
        connect(peers, listener, 20);
        Eventually.until("some were accepted", () -> ring.counters().get(Counter.ACCEPTED) >= 4);
        Eventually.settles(
                "connections", Duration.ofMillis(100), () -> ring.counters().get(Counter.ACCEPTED));
        CompletableFuture.runAsync(() -> {}, ring.loop()).join();
        CompletableFuture.runAsync(() -> {}, Schedulers.single()::schedule).join();
        accepting.dispose();
        listener.closeGracefully(Duration.ofDays(1)).block(LIMIT); // completes when no connection is left
        for (Peer peer : peers) {
            peer.close();
        }
    }

    @Test
    void closingTheListenerCompletes() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        List<Peer> peers = new ArrayList<>();
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        StepVerifier.create(listener.accept().doOnNext(connections::add))
                .then(() -> connect(peers, listener, 3))
                .expectNextCount(3)
                .then(() -> listener.close().block(LIMIT))
                .verifyComplete();
        StepVerifier.create(listener.accept()).verifyComplete();
        listener.close().block(LIMIT);
        assertThat(connections.peek().isDisposed()).isFalse(); // its connections live on
        close(peers, connections);
    }

    @Test
    void aSecondSubscriberIsRefused() {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        Disposable first = listener.accept().subscribe();
        StepVerifier.create(listener.accept())
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("being accepted from already"))
                .verify(LIMIT);
        first.dispose();
    }

    @Test
    void aPortInUse() {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        Assertions.assertThatThrownBy(() -> ring.listen(listener.localAddress()))
                .isInstanceOf(ConflictException.class)
                .hasMessageMatching(
                        "BIND 127.0.0.1:(\\d+): EADDRINUSE .*; another socket has port \\1; .*withReusePort.*");
        StepVerifier.create(ring.accept(listener.localAddress()))
                .expectError(ConflictException.class)
                .verify(LIMIT);
    }

    /** The listener lives as long as the subscription. */
    @Test
    void acceptOfTheRing() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener placeholder = ring.listen(Echo.anyPort());
        placeholder.close().block(LIMIT);
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 5; i++) {
            Disposable accepting = ring.accept(placeholder.localAddress()).subscribe(connections::add);
            Peer peer = Peer.connect(placeholder.localAddress());
            int expected = i + 1;
            Eventually.until("a connection", () -> connections.size() == expected);
            accepting.dispose();
            Eventually.until("the listener is closed", () -> RingGuard.ask(ring, RingLoop::liveOperations) == 0);
            peer.close();
        }
        close(List.of(), connections);
    }
}
