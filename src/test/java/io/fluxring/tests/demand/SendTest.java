package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.tests.support.Pattern;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class SendTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final Pattern PATTERN = new Pattern(0);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static ByteBuffer buffer(boolean direct, long position, int bytes) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
        PATTERN.fill(buffer, position);
        return buffer.flip();
    }

    private static Flux<ByteBuffer> buffers(boolean direct, int count, int bytes) {
        return Flux.range(0, count).map(i -> buffer(direct, (long) i * bytes, bytes));
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "true, 1, 1000",
        "false, 1, 1000",
        "true, 100, 100",
        "false, 100, 100",
        "true, 16384, 20",
        "false, 16384, 20",
        "true, 16385, 20",
        "false, 16385, 20",
        "true, 4194304, 3",
        "false, 4194304, 3"
    })
    void buffersOfEverySize(boolean direct, int bytes, int count) throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Mono<Void> sent = pair.connection()
                    .sendBytes(buffers(direct, count, bytes))
                    .then(pair.connection().shutdownOutput())
                    .cache();
            sent.subscribe();
            pair.peer().expect((long) bytes * count).expectEnd();
            sent.block(LIMIT);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void overEveryKindOfConnection(boolean direct, boolean async) throws IOException {
        ReactiveRing ring = guard.ring(
                ReactiveRingConfig.defaults().withLoop(RingLoopConfig.defaults().withDirectDescriptors(8)));
        Server server =
                new Server(ring, ListenOptions.defaults().withDirect(direct).withAsync(async));
        try (Server.Pair pair = server.pair()) {
            Mono<Void> sent = pair.connection()
                    .sendBytes(buffers(true, 50, 100_000))
                    .then(pair.connection().shutdownOutput())
                    .cache();
            sent.subscribe();
            pair.peer().expect(5_000_000).expectEnd();
            sent.block(LIMIT);
        }
    }

    @Test
    void fromAnotherThread() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Mono<Void> sent = pair.connection()
                    .sendBytes(buffers(true, 2000, 1000).publishOn(Schedulers.parallel(), 4))
                    .cache();
            sent.subscribe();
            pair.peer().expect(2_000_000);
            sent.block(LIMIT);
        }
    }

    @Test
    void emptyBuffersAndNoneAtAll() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Connection connection = pair.connection();
            connection.sendBytes(Flux.empty()).block(LIMIT);
            connection.send(Mono.empty()).block(LIMIT);
            Flux<ByteBuffer> empties = Flux.range(0, 10_000).map(i -> ByteBuffer.allocate(0));
            connection.sendBytes(empties).block(LIMIT);
            connection
                    .sendBytes(Flux.concat(empties.take(20), buffers(true, 3, 5), empties.take(100), empties))
                    .block(LIMIT);
            pair.peer().expect(15);
        }
    }

    /** The source decides how fast: it is never asked for more than the window. */
    @Test
    void theSourceIsAskedForAWindow() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            TestPublisher<ByteBuffer> source = TestPublisher.create();
            StepVerifier.create(pair.connection().sendBytes(source))
                    .then(() -> Eventually.until("a subscription", source::wasSubscribed))
                    .then(() -> Eventually.until("a request", source::wasRequested))
                    .then(() -> source.assertMinRequested(16).assertMaxRequested(16))
                    .then(() -> source.next(buffer(true, 0, 10)))
                    .then(PeerStep.of(() -> pair.peer().expect(10)))
                    .then(source::complete)
                    .verifyComplete();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorOfTheSourceIsTheError(boolean otherThread) throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Connection connection = pair.connection();
            IllegalStateException failure = new IllegalStateException("source");
            Flux<ByteBuffer> source = buffers(true, 30, 100).concatWith(Flux.error(failure));
            StepVerifier.create(connection.sendBytes(otherThread ? source.publishOn(Schedulers.parallel()) : source))
                    .expectErrorSatisfies(e -> assertThat(e).isSameAs(failure))
                    .verify(LIMIT);
            // What came before the error has been sent, and the connection goes on.
            pair.peer().expect(3000);
            connection.sendBytes(Mono.just(buffer(true, 3000, 100))).block(LIMIT);
            pair.peer().expect(100);
        }
    }

    @Test
    void concurrentSendsAreMadeInOrder() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Connection connection = pair.connection();
            Queue<Integer> ended = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                Flux<ByteBuffer> source = Flux.range(0, 10).map(part -> text("<%02d-%d>".formatted(number, part)));
                connection
                        .sendBytes(i % 2 == 0 ? source : source.publishOn(Schedulers.boundedElastic(), 2))
                        .subscribe(nothing -> {}, failure -> {}, () -> ended.add(number));
            }
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                expected.append("<%02d-%d>".formatted(i / 10, i % 10));
            }
            assertThat(new String(pair.peer().read(expected.length()), StandardCharsets.UTF_8))
                    .isEqualTo(expected.toString());
            Eventually.until("all sends end", () -> ended.size() == 50);
            assertThat(new ArrayList<>(ended)).isSorted();
        }
    }

    /** What was cancelled may be missing from some element on. But each element is there as a whole, or not at all. */
    @ParameterizedTest
    @CsvSource({"true, 3000", "false, 3000", "true, 300000", "false, 300000"})
    void cancelLeavesNoHalfElement(boolean direct, int elementBytes) throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            Flux<ByteBuffer> endless = Flux.generate(sink -> sink.next(buffer(direct, 0, elementBytes)));
            Disposable sending = connection.sendBytes(endless).subscribe();
            Eventually.settles("the socket is full", Duration.ofMillis(100), () -> sent(ring));
            sending.dispose();
            byte[] end = "the next one".getBytes(StandardCharsets.UTF_8);
            Mono<Void> next = connection
                    .sendBytes(Mono.just(ByteBuffer.wrap(end)))
                    .then(connection.shutdownOutput())
                    .cache();
            next.subscribe();
            byte[] all = pair.peer().read(Integer.MAX_VALUE - 16);
            next.block(LIMIT);
            assertThat((all.length - end.length) % elementBytes)
                    .as("bytes of a cut element")
                    .isZero();
            for (int from = 0; from < all.length - end.length; from += elementBytes) {
                PATTERN.check(all, from, from + elementBytes, 0);
            }
            assertThat(new String(all, all.length - end.length, end.length, StandardCharsets.UTF_8))
                    .isEqualTo("the next one");
        }
    }

    private static long sent(ReactiveRing ring) {
        return ring.counters().get(Counter.BYTES_SENT);
    }

    /** A send that waits for its turn, cancelled: its source is never subscribed to. */
    @Test
    void cancelWhileOthersSend() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Connection connection = pair.connection();
            TestPublisher<ByteBuffer> first = TestPublisher.create();
            TestPublisher<ByteBuffer> second = TestPublisher.create();
            Mono<Void> sending = connection.sendBytes(first).cache();
            sending.subscribe();
            Disposable waiting = connection.sendBytes(second).subscribe();
            Eventually.until("the first one's turn", first::wasSubscribed);
            waiting.dispose();
            first.next(buffer(true, 0, 10)).complete();
            sending.block(LIMIT);
            connection.sendBytes(Mono.just(buffer(true, 10, 10))).block(LIMIT);
            pair.peer().expect(20);
            second.assertWasNotSubscribed();
        }
    }

    @Test
    void aReleasedLeaseIsAnError() throws IOException {
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
            StepVerifier.create(pair.connection().send(Mono.just(lease)))
                    .expectErrorSatisfies(e -> assertThat(e).hasMessageContaining("use of a released lease"))
                    .verify(LIMIT);
            pair.connection().sendBytes(Mono.just(buffer(true, 0, 10))).block(LIMIT);
            pair.peer().expect(10);
        }
    }

    /** Leases that were asked for and not sent are released, whoever ends the send. */
    @ParameterizedTest
    @ValueSource(strings = {"cancel", "close", "error", "peer"})
    void leasesComeBackHoweverASendEnds(String end) throws IOException {
        ReactiveRing ring = guard.ring(64, 1000);
        Server server = new Server(ring);
        try (Server.Pair from = server.pair();
                Server.Pair to = server.pair()) {
            TestPublisher<BufferLease> error = TestPublisher.create();
            Flux<BufferLease> leases = from.connection()
                    .receive()
                    .retain()
                    .mergeWith(error)
                    .doOnDiscard(BufferLease.class, BufferLease::release); // mergeWith has a queue
            List<Throwable> failures = new ArrayList<>();
            AtomicInteger completed = new AtomicInteger();
            Disposable sending =
                    to.connection().send(leases).subscribe(nothing -> {}, failures::add, completed::incrementAndGet);
            Thread sender = Thread.ofPlatform().daemon().start(() -> {
                try {
                    from.peer().send(100L << 20, 10_000);
                } catch (IOException e) {
                    // the end of the test
                }
            });
            Eventually.settles("the sockets are full", Duration.ofMillis(100), () -> sent(ring));
            assertThat(RingGuard.ask(ring, RingLoop::liveLeases)).isPositive();
            switch (end) {
                case "cancel" -> sending.dispose();
                case "close" -> to.connection().close().block(LIMIT);
                case "error" -> error.error(new IllegalStateException("source"));
                case "peer" -> to.peer().reset();
                default -> throw new AssertionError(end);
            }
            if (!end.equals("close") && !end.equals("peer")) {
                to.peer().close(); // or the send that is in the ring never ends
            }
            from.connection().close().block(LIMIT);
            RingGuard.awaitNoLeases(ring);
            from.peer().close();
            assertThat(completed).hasValue(0);
            if (end.equals("close")) {
                assertThat(failures).singleElement().isInstanceOf(CancelledException.class);
            }
            joinQuietly(sender);
        }
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Leases of one connection sent on another one, with everything that comes in between. */
    @Test
    void aProxy() throws IOException {
        int total = 8 << 20;
        ReactiveRing ring = guard.ring(32, 777);
        Server server = new Server(ring);
        try (Server.Pair from = server.pair();
                Server.Pair to = server.pair()) {
            to.connection()
                    .send(from.connection().receive())
                    .then(to.connection().shutdownOutput())
                    .subscribe();
            Thread sender = Thread.ofPlatform()
                    .daemon()
                    .start(PeerStep.of(() -> from.peer().send(total, 12_345).endOutput()));
            to.peer().expect(total).expectEnd();
            joinQuietly(sender);
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void afterTheCloseThereIsAnError() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            pair.connection().close().block(LIMIT);
            StepVerifier.create(pair.connection().sendBytes(Mono.just(buffer(true, 0, 10))))
                    .expectError(CancelledException.class)
                    .verify(LIMIT);
            StepVerifier.create(pair.connection().shutdownOutput())
                    .expectError(CancelledException.class)
                    .verify(LIMIT);
            pair.connection().close().block(LIMIT); // once more only waits
        }
    }
}
