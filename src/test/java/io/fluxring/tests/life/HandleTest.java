package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.ReactorLog;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class HandleTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final Duration LONG = Duration.ofDays(1);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @RegisterExtension
    final ReactorLog log = new ReactorLog();

    private final Queue<Connection> handled = new ConcurrentLinkedQueue<>();

    private Function<Connection, Publisher<Void>> noting(Function<Connection, Publisher<Void>> handler) {
        return connection -> {
            handled.add(connection);
            return handler.apply(connection);
        };
    }

    private static Publisher<Void> echo(Connection connection) {
        return connection.send(connection.receive());
    }

    private void awaitHandled(int count) {
        Eventually.until(() -> count + " handlers, now " + handled.size(), LIMIT, () -> handled.size() == count);
    }

    private void awaitAllClosed() {
        for (Connection each : handled) {
            each.onClose().block(LIMIT);
        }
    }

    /** More than flatMap serves by itself: none waits for another one's end. */
    @Test
    void anyNumberAtATime() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        Disposable serving = listener.handle(HandleTest::echo).subscribe();
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            peers.add(Peer.connect(listener.localAddress()));
        }
        for (Peer peer : peers) {
            peer.echo(100);
        }
        for (Peer peer : peers) {
            peer.endOutput().expectEnd();
            peer.close();
        }
        serving.dispose();
    }

    @Test
    void whatFailsInOneHandlerHurtsNoOther() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        AtomicInteger number = new AtomicInteger();
        Disposable serving = listener.handle(noting(connection -> switch (number.getAndIncrement()) {
                    case 1 -> throw new IllegalStateException("thrown");
                    case 2 -> null;
                    case 3 -> Mono.error(new IllegalArgumentException("emitted"));
                    case 4 ->
                        connection.send(connection.receive().doOnNext(lease -> {
                            throw new ArithmeticException("in between");
                        }));
                    case 5 -> throw new AssertionError("an Error");
                    case 6 ->
                        connection.send(connection
                                .receive()
                                .publishOn(Schedulers.parallel())
                                .then(Mono.error(new IllegalArgumentException("elsewhere"))));
                    default -> echo(connection);
                }))
                .subscribe();
        try (Peer before = Peer.connect(listener.localAddress()).echo(10)) {
            for (int i = 1; i <= 6; i++) {
                try (Peer peer = Peer.connect(listener.localAddress())) {
                    if (i == 4 || i == 6) {
                        peer.send(5).endOutput();
                    }
                    peer.expectEnd();
                }
                before.echo(10);
            }
            try (Peer after = Peer.connect(listener.localAddress())) {
                after.echo(10);
            }
            assertThat(log.at("error"))
                    .hasSize(6)
                    .allMatch(line -> line.matches("the handler of Connection\\[fd=\\d+ .* has failed; .*"))
                    .anyMatch(line -> line.endsWith("IllegalStateException: thrown"))
                    .anyMatch(line -> line.endsWith("NullPointerException: the handler returned null"))
                    .anyMatch(line -> line.endsWith("IllegalArgumentException: emitted"))
                    .anyMatch(line -> line.endsWith("ArithmeticException: in between"))
                    .anyMatch(line -> line.endsWith("AssertionError: an Error"))
                    .anyMatch(line -> line.endsWith("IllegalArgumentException: elsewhere"));
        }
        serving.dispose();
        awaitAllClosed();
    }

    /** Ordinary in the life of a server: the log is not for it. */
    @Test
    void aClientThatGoesAwayIsLoggedAtDebug() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        Disposable serving = listener.handle(noting(HandleTest::echo)).subscribe();
        Peer.connect(listener.localAddress()).echo(10).reset();
        awaitHandled(1);
        awaitAllClosed();
        assertThat(log.at("debug")).anyMatch(line -> line.contains("RECV fd=") && line.contains("ECONNRESET"));
        assertThat(log.at("error")).isEmpty();
        serving.dispose();
    }

    /** However a handler ends, and wherever. */
    @Test
    void theConnectionIsClosedAtTheEnd() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        List<Publisher<Void>> ends = List.of(
                Mono.empty(),
                Flux.empty(),
                Mono.<Void>empty().subscribeOn(Schedulers.parallel()),
                Mono.delay(Duration.ofMillis(1)).then());
        AtomicInteger number = new AtomicInteger();
        Disposable serving = listener.handle(noting(connection -> ends.get(number.getAndIncrement())))
                .subscribe();
        for (int i = 0; i < ends.size(); i++) {
            try (Peer peer = Peer.connect(listener.localAddress())) {
                peer.expectEnd();
            }
        }
        serving.dispose();
        awaitAllClosed();
        assertThat(log.at("error")).isEmpty();
    }

    @Test
    void completesWithTheListenerWhileHandlersGoOn() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        try (Peer peer = Peer.connect(listener.localAddress())) {
            StepVerifier.create(listener.handle(noting(HandleTest::echo)))
                    .then(() -> awaitHandled(1))
                    .then(() -> listener.close().block(LIMIT))
                    .expectComplete()
                    .verify(LIMIT);
            StepVerifier.create(listener.handle(HandleTest::echo))
                    .expectComplete()
                    .verify(LIMIT);
            peer.echo(10).endOutput().expectEnd();
        }
        awaitAllClosed();
    }

    /** A subscriber that wants little, such as flatMap's inner one, is served like others. */
    @Test
    void needsNoDemand() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        StepVerifier.create(listener.handle(noting(HandleTest::echo)), 0)
                .then(PeerStep.of(() -> {
                    try (Peer peer = Peer.connect(listener.localAddress())) {
                        peer.echo(10);
                    }
                }))
                .then(() -> listener.close().block(LIMIT))
                .expectComplete()
                .verify(LIMIT);
        awaitAllClosed();
    }

    @Test
    void cancelClosesAllThereIs() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        AtomicInteger cancelled = new AtomicInteger();
        Disposable serving = listener.handle(
                        noting(connection -> Mono.<Void>never().doOnCancel(cancelled::incrementAndGet)))
                .subscribe();
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            peers.add(Peer.connect(listener.localAddress()));
        }
        awaitHandled(10);
        serving.dispose();
        for (Peer peer : peers) {
            peer.expectEnd();
            peer.close();
        }
        listener.closeGracefully(LONG).block(LIMIT);
        assertThat(cancelled).hasValue(10);
        assertThat(listener.isDisposed()).isTrue();
        assertThatThrownBy(() -> Peer.connect(listener.localAddress())).isInstanceOf(IOException.class);
    }

    @Test
    void aSecondSubscriberIsRefusedAndHarmsNothing() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        Disposable serving = listener.handle(HandleTest::echo).subscribe();
        StepVerifier.create(listener.handle(HandleTest::echo))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("being accepted from already"))
                .verify(LIMIT);
        listener.accept().onErrorComplete().blockLast(LIMIT);
        try (Peer peer = Peer.connect(listener.localAddress())) {
            peer.echo(10);
        }
        serving.dispose();
    }

    // ---- closeGracefully

    @Test
    void gracefullyMeansThatHandlersEndFirst() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        Mono<Void> served = listener.handle(noting(HandleTest::echo)).cache();
        served.subscribe();
        try (Peer peer = Peer.connect(listener.localAddress())) {
            peer.echo(10);
            StepVerifier.create(listener.closeGracefully(LONG))
                    .expectSubscription()
                    .then(() -> served.block(LIMIT)) // accepts no more
                    .then(PeerStep.of(() -> peer.echo(10)))
                    .expectNoEvent(Duration.ofMillis(20))
                    .then(PeerStep.of(peer::endOutput))
                    .expectComplete()
                    .verify(LIMIT);
            peer.expectEnd();
        }
        assertThat(handled).allMatch(Connection::isDisposed);
        listener.closeGracefully(LONG).block(LIMIT);
    }

    @Test
    void whatIsLeftWhenTheTimeIsUpIsClosed() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger number = new AtomicInteger();
        listener.handle(noting(connection -> number.getAndIncrement() == 0
                        ? echo(connection)
                        : Mono.<Void>never().doOnCancel(cancelled::incrementAndGet)))
                .subscribe();
        try (Peer reader = Peer.connect(listener.localAddress()).echo(10);
                Peer waiting = Peer.connect(listener.localAddress())) {
            awaitHandled(2);
            listener.closeGracefully(LONG).subscribe();
            listener.closeGracefully(Duration.ofMillis(1)).block(LIMIT);
            reader.expectEnd();
            waiting.expectEnd();
            assertThat(cancelled).hasValue(1);
            assertThat(handled).hasSize(2).allMatch(Connection::isDisposed);
            assertThat(log.at("error")).isEmpty();
        }
    }

    /** Connections that were taken by other means count as well. */
    @Test
    void gracefullyWithoutHandlers() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        listener.accept().subscribe(handled::add);
        try (Peer peer = Peer.connect(listener.localAddress())) {
            awaitHandled(1);
            listener.closeGracefully(Duration.ZERO).block(LIMIT);
            peer.expectEnd();
        }
        assertThat(handled).allMatch(Connection::isDisposed);
    }

    @Test
    void gracefullyWithinTheRingsEnd() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        listener.handle(noting(HandleTest::echo)).subscribe();
        try (Peer peer = Peer.connect(listener.localAddress()).echo(10)) {
            StepVerifier.create(listener.closeGracefully(Duration.ofSeconds(Long.MAX_VALUE)))
                    .then(() -> ring.disposeLater().block(LIMIT))
                    .expectComplete()
                    .verify(LIMIT);
            peer.expectEnd();
        }
        listener.closeGracefully(LONG).block(LIMIT);
        assertThat(ring.counters().get(Counter.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void aNegativeTimeIsRefused() {
        Listener listener = guard.ring().listen(Echo.anyPort());
        assertThatThrownBy(() -> listener.closeGracefully(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
