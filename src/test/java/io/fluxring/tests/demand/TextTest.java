package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.LineTooLongException;
import io.fluxring.reactor.error.PeerException;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.StepVerifierOptions;
import reactor.util.context.Context;

class TextTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final Charset UTF_8 = StandardCharsets.UTF_8;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static void write(Peer peer, String text) {
        PeerStep.now(() -> peer.write(text.getBytes(UTF_8)));
    }

    /** What becomes of bytes that arrive in pieces of a size, one requested at a time. */
    private List<String> texts(byte[] sent, int pieceBytes, Function<LeaseFlux, Flux<String>> operator)
            throws IOException {
        ReactiveRing ring = guard.ring(64, pieceBytes);
        try (Server.Pair pair = new Server(ring).pair()) {
            Thread.ofPlatform()
                    .daemon()
                    .start(PeerStep.of(() -> pair.peer().write(sent).endOutput()));
            return operator.apply(pair.connection().receive())
                    .limitRate(1)
                    .collectList()
                    .blockOptional(LIMIT)
                    .orElseThrow();
        } finally {
            RingGuard.awaitNoLeases(ring);
        }
    }

    // ---- text

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 4096})
    void charactersAreJoined(int pieceBytes) throws IOException {
        String text = "a\u00e4\u20ac\ud83d\ude00".repeat(100);
        for (Charset charset : List.of(UTF_8, StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
            List<String> texts = texts(text.getBytes(charset), pieceBytes, it -> it.asString(charset));
            assertThat(String.join("", texts)).isEqualTo(text);
            assertThat(texts).doesNotContain("");
        }
    }

    /** Bytes that are no text become what they would be at once, wherever they are cut. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void malformedInputIsReplaced(int pieceBytes) throws IOException {
        Random random = new Random(pieceBytes);
        byte[] bytes = new byte[3000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextBoolean() ? random.nextInt() : 0xc0 + random.nextInt(64));
        }
        List<String> texts = texts(bytes, pieceBytes, it -> it.asString(UTF_8));
        assertThat(String.join("", texts)).isEqualTo(new String(bytes, UTF_8));
    }

    @Test
    void aCharacterThatIsCutByTheEndWaitsForDemand() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive().asString(UTF_8), 1)
                    .then(PeerStep.of(() -> pair.peer().write(new byte[] {'a', (byte) 0xe2, (byte) 0x82})))
                    .expectNext("a")
                    .then(PeerStep.of(pair.peer()::endOutput))
                    .expectNoEvent(Duration.ofMillis(50))
                    .thenRequest(1)
                    .expectNext("\ufffd")
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void eachSubscriptionHasADecoder() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Flux<String> texts = pair.connection().receive().asString(UTF_8);
            pair.peer().write(new byte[] {'a', (byte) 0xe2});
            assertThat(texts.blockFirst(LIMIT)).isEqualTo("a");
            write(pair.peer(), "b");
            assertThat(texts.blockFirst(LIMIT)).isEqualTo("b");
        }
    }

    @Test
    void byteArraysAreCopies() throws IOException {
        ReactiveRing ring = guard.ring(16, 16);
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(1000).endOutput();
            List<byte[]> pieces = pair.connection()
                    .receive()
                    .asByteArray()
                    .publishOn(Schedulers.single())
                    .collectList()
                    .blockOptional(LIMIT)
                    .orElseThrow();
            assertThat(pieces.stream().mapToInt(piece -> piece.length).sum()).isEqualTo(1000);
        }
        RingGuard.awaitNoLeases(ring);
    }

    // ---- lines

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 4096})
    void linesEndWithLineFeeds(int pieceBytes) throws IOException {
        String text = "one\r\n\ntwo\n\r\nthr\ree\r\r\n\u20ac\u20ac\n" + "four\n".repeat(50) + "last";
        List<String> lines = texts(text.getBytes(UTF_8), pieceBytes, it -> it.lines(UTF_8, 10));
        assertThat(String.join("|", lines))
                .isEqualTo("one||two||thr\ree\r|\u20ac\u20ac|" + "four|".repeat(50) + "last");
    }

    @Test
    void nothingBehindTheLastTerminatorIsNoLine() throws IOException {
        assertThat(texts("a\n".getBytes(UTF_8), 100, it -> it.lines(UTF_8, 1))).containsExactly("a");
        assertThat(texts(new byte[0], 100, it -> it.lines(UTF_8, 1))).isEmpty();
        assertThat(texts("a\r".getBytes(UTF_8), 100, it -> it.lines(UTF_8, 2))).containsExactly("a\r");
    }

    /** Several lines of one piece come as they are requested, and the piece goes back with the last of them. */
    @Test
    void linesOfOnePieceAwaitDemand() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive().lines(UTF_8, 100), 0)
                    .expectSubscription()
                    .then(() -> write(pair.peer(), "a\nb\nc\nd"))
                    .expectNoEvent(Duration.ofMillis(50))
                    .thenRequest(1)
                    .expectNext("a")
                    .expectNoEvent(Duration.ofMillis(50))
                    .then(() -> assertThat(RingGuard.ask(ring, RingLoop::liveLeases))
                            .isOne())
                    .thenRequest(2)
                    .expectNext("b", "c")
                    .then(() -> RingGuard.awaitNoLeases(ring)) // although there is no demand
                    .then(PeerStep.of(pair.peer()::endOutput))
                    .expectNoEvent(Duration.ofMillis(50))
                    .thenRequest(1)
                    .expectNext("d")
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 4096})
    void aLineMayBeAsLongAsTheLimit(int pieceBytes) throws IOException {
        for (String terminator : List.of("\n", "\r\n", "")) {
            byte[] sent = ("12345" + terminator).getBytes(UTF_8);
            assertThat(texts(sent, pieceBytes, it -> it.lines(UTF_8, 5))).containsExactly("12345");
            assertThatThrownBy(() -> texts(sent, pieceBytes, it -> it.lines(UTF_8, 4)))
                    .isInstanceOf(LineTooLongException.class)
                    .hasMessage("a line is longer than 4 bytes")
                    .extracting(e -> ((LineTooLongException) e).maxLengthBytes())
                    .isEqualTo(4);
        }
        assertThatThrownBy(() -> texts("1234\r".getBytes(UTF_8), pieceBytes, it -> it.lines(UTF_8, 4)))
                .isInstanceOf(LineTooLongException.class);
    }

    /** The line may never end: the limit counts as soon as it is passed, and the connection can still answer. */
    @Test
    void aLongLineClosesNothing() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive().lines(UTF_8, 8))
                    .then(() -> write(pair.peer(), "short\n123456789"))
                    .expectNext("short")
                    .expectError(LineTooLongException.class)
                    .verify(LIMIT);
            assertThat(pair.connection().isDisposed()).isFalse();
            pair.peer().send(10);
            assertThat(pair.connection().receive().asByteArray().blockFirst(LIMIT))
                    .hasSize(10);
        }
        RingGuard.awaitNoLeases(ring);
    }

    /** A part of a line is not a line when the stream breaks. */
    @Test
    void aResetLosesTheLastLineAndSaysSo() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive().lines(UTF_8, 100))
                    .then(() -> write(pair.peer(), "a\nb"))
                    .expectNext("a")
                    .then(PeerStep.of(pair.peer()::reset))
                    .expectError(PeerException.class)
                    .verify(LIMIT);
        }
    }

    /** Lines without demand hold a buffer, which the end of the connection does not wait for. */
    @Test
    void closingDiscardsLines() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive().lines(UTF_8, 100), 1)
                    .then(() -> write(pair.peer(), "a\nb\nc\n"))
                    .expectNext("a")
                    .then(() -> pair.connection().dispose())
                    .expectError(CancelledException.class)
                    .verify(LIMIT);
            RingGuard.awaitNoLeases(ring);
        }
    }

    /** Lines that came before the end are handed over behind it, also when the connection is closed meanwhile. */
    @Test
    void linesOutliveTheirConnection() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive().lines(UTF_8, 100), 1)
                    .then(() -> write(pair.peer(), "a\nb\nc"))
                    .expectNext("a")
                    .then(PeerStep.of(pair.peer()::endOutput))
                    .then(() -> RingGuard.awaitNoLeases(ring))
                    .then(() -> pair.connection().close().block(LIMIT))
                    .thenRequest(5)
                    .expectNext("b", "c")
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void cancelGivesThePieceBack() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            write(pair.peer(), "a\nb\nc\n");
            assertThat(pair.connection().receive().lines(UTF_8, 100).blockFirst(LIMIT))
                    .isEqualTo("a");
            RingGuard.awaitNoLeases(ring);
        }
    }

    @Test
    void aSubscriberThatThrowsGivesThePieceBack() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            write(pair.peer(), "a\nb\nc\n");
            Flux<String> lines = pair.connection().receive().lines(UTF_8, 100).doOnNext(line -> {
                throw new IllegalStateException(line);
            });
            assertThatThrownBy(() -> lines.blockLast(LIMIT)).hasMessage("a");
            RingGuard.awaitNoLeases(ring);
        }
    }

    @Test
    void badArgumentsAreRefusedAtTheCall() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            LeaseFlux leases = pair.connection().receive();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> leases.lines(StandardCharsets.UTF_16LE, 10))
                    .withMessageContaining("UTF-16LE");
            assertThatIllegalArgumentException().isThrownBy(() -> leases.lines(UTF_8, 0));
        }
    }

    // ---- manners

    @Test
    void textsCanBeScannedAndHaveAContext() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            for (Flux<String> texts : List.of(
                    pair.connection().receive().asString(UTF_8),
                    pair.connection().receive().lines(UTF_8, 10))) {
                assertThat(Scannable.from(texts).scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC);
                Scannable[] seen = new Scannable[1];
                texts.subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        seen[0] = Scannable.from(subscription);
                        subscription.request(7);
                    }
                });
                assertThat(seen[0].scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isEqualTo(7);
                assertThat(seen[0].scan(Attr.ACTUAL)).isNotNull();
                ((Subscription) seen[0]).cancel();
            }
            StepVerifier.create(
                            Flux.deferContextual(context -> pair.connection()
                                            .receive()
                                            .lines(UTF_8, 10)
                                            .map(line -> line + context.get("key")))
                                    .take(1),
                            StepVerifierOptions.create().withInitialContext(Context.of("key", 5)))
                    .then(() -> write(pair.peer(), "a\n"))
                    .expectNext("a5")
                    .expectComplete()
                    .verify(LIMIT);
        }
    }
}
