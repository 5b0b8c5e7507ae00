package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends that stand in line behind one another. */
class SendLineTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private enum Source {
        EMPTY(Flux.empty()),
        WITHOUT_BYTES(Flux.just(ByteBuffer.allocate(0))),
        FAILED(Flux.error(new IllegalStateException("the source's")));

        final Flux<ByteBuffer> buffers;

        Source(Flux<ByteBuffer> buffers) {
            this.buffers = buffers;
        }
    }

    /** Each would start the next one within itself: a stack as deep as the line is long. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void manyThatEndAtOnceEndInTheirOrder(Source source) throws IOException {
        int count = 20_000;
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            int blocking = 16 << 20;
            connection.sendBytes(Mono.just(ByteBuffer.allocateDirect(blocking))).subscribe(nothing -> {}, e -> {});
            Queue<Integer> ended = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                connection
                        .sendBytes(source.buffers)
                        .subscribe(nothing -> {}, e -> ended.add(number), () -> ended.add(number));
            }
            Mono<Void> last = connection
                    .sendBytes(Mono.just(ByteBuffer.wrap("TAIL".getBytes(StandardCharsets.US_ASCII))))
                    .cache();
            last.subscribe();
            assertThat(pair.peer().read(blocking)).hasSize(blocking);
            assertThat(pair.peer().read(4)).asString(StandardCharsets.US_ASCII).isEqualTo("TAIL");
            last.block(LIMIT);
            assertThat(List.copyOf(ended))
                    .isEqualTo(IntStream.range(0, count).boxed().toList());
        }
    }

    /** One after the other from within the end of the last: the stack must not grow with their number. */
    @Test
    void aChainOfSends() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            AtomicReference<Integer> left = new AtomicReference<>(20_000);
            Mono.defer(() -> connection.sendBytes(Flux.empty()))
                    .repeat(() -> left.updateAndGet(count -> count - 1) > 0)
                    .then()
                    .block(LIMIT);
            assertThat(left).hasValue(0);
        }
    }

    /** The buffer is the caller's: a constant, a retry and a broadcast send all of it each time. */
    @ParameterizedTest
    @ValueSource(strings = {"heap", "direct", "read-only", "slice"})
    void buffersStayAsTheyAre(String kind) throws IOException {
        ReactiveRing ring = guard.ring();
        ByteBuffer pong = ByteBuffer.wrap("PONG\n".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer buffer = switch (kind) {
            case "heap" -> pong;
            case "direct" -> ByteBuffer.allocateDirect(5).put(pong).flip();
            case "read-only" -> pong.asReadOnlyBuffer();
            default -> ByteBuffer.allocate(9).put(2, pong, 0, 5).slice(2, 5);
        };
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            connection.sendBytes(Mono.just(buffer)).block(LIMIT);
            connection.sendBytes(Mono.just(buffer)).block(LIMIT);
            connection.sendBytes(Flux.just(buffer, buffer, buffer)).block(LIMIT);
            assertThat(pair.peer().read(25)).asString(StandardCharsets.US_ASCII).isEqualTo("PONG\n".repeat(5));
            assertThat(buffer.position()).isZero();
            assertThat(buffer.remaining()).isEqualTo(5);
        }
    }

    /** In checked mode the memory of a released lease is refused: the send fails, the next one works, and so does the close. */
    @Test
    void bytesOfAReleasedLease() throws IOException {
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            pair.peer().send(3);
            AtomicReference<ByteBuffer> stale = new AtomicReference<>();
            connection
                    .receive()
                    .doOnNext(lease -> stale.set(lease.byteBuffer()))
                    .take(1)
                    .blockLast(LIMIT);
            RingGuard.awaitNoLeases(ring);
            assertThatThrownBy(
                            () -> connection.sendBytes(Mono.just(stale.get())).block(LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not within a live lease");
            connection.sendBytes(Mono.just(ByteBuffer.wrap(new byte[1]))).block(LIMIT);
            assertThat(pair.peer().read(1)).hasSize(1);
            connection.close().block(LIMIT);
            pair.peer().expectEnd();
        }
    }

    /** Nor for one whose cancel throws, which is how it answers to being timed out. */
    @Test
    void aSourceThatThrowsAtTheCancel() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            Publisher<ByteBuffer> bad = subscriber -> subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    throw new IllegalStateException("no cancel");
                }
            });
            connection
                    .sendBytes(bad)
                    .timeout(Duration.ofMillis(10))
                    .onErrorResume(e -> connection.sendBytes(Mono.just(ByteBuffer.wrap(new byte[1]))))
                    .block(LIMIT);
            assertThat(pair.peer().read(1)).hasSize(1);
            AtomicReference<Throwable> end = new AtomicReference<>();
            connection.sendBytes(bad).subscribe(nothing -> {}, end::set);
            connection.close().block(LIMIT);
            Eventually.until("an end", () -> end.get() != null);
            assertThat(guard.takeDropped()).isNotEmpty().allMatch(e -> "no cancel".equals(e.getMessage()));
        }
    }

    /** A null is an error of the source, not a gap in a stream that ends well. */
    @Test
    void aSourceThatEmitsNull() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            Publisher<ByteBuffer> bad = subscriber -> subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    try {
                        subscriber.onNext(null);
                    } catch (NullPointerException expected) {
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {}
            });
            assertThatThrownBy(() -> connection.sendBytes(bad).block(LIMIT)).isInstanceOf(NullPointerException.class);
            connection.sendBytes(Mono.just(ByteBuffer.wrap(new byte[1]))).block(LIMIT);
            assertThat(pair.peer().read(1)).hasSize(1);
        }
    }

    /** The kernel must not be shown memory that was freed. */
    @Test
    void bytesOfAClosedArena() throws IOException {
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            ByteBuffer freed;
            try (Arena arena = Arena.ofShared()) {
                freed = arena.allocate(64).asByteBuffer();
            }
            assertThatThrownBy(
                            () -> pair.connection().sendBytes(Mono.just(freed)).block(LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("its arena is closed");
            assertThatThrownBy(() -> ring.submit(Flux.just((Op) new Op.Read(new RawFd(0), freed, 0)))
                            .blockLast(LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("its arena is closed");
        }
    }

    /** The line must not wait for a source whose subscribe throws. */
    @Test
    void aSourceThatThrowsAtTheSubscription() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            assertThatThrownBy(() -> connection
                            .sendBytes(subscriber -> {
                                throw new IllegalArgumentException("no subscription");
                            })
                            .block(LIMIT))
                    .hasMessageContaining("no subscription");
            connection.sendBytes(Mono.just(ByteBuffer.wrap(new byte[1]))).block(LIMIT);
            assertThat(pair.peer().read(1)).hasSize(1);
        }
    }

    /** A lease that was released already is refused when it arrives; those before it are sent. */
    @Test
    void aLeaseThatWasReleased() throws IOException {
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            pair.peer().send(64);
            BufferLease lease = connection.receive().retain().blockFirst(LIMIT);
            lease.release();
            assertThatThrownBy(() -> connection.send(Mono.just(lease)).block(LIMIT))
                    .isInstanceOf(IllegalStateException.class);
        }
        RingGuard.awaitNoLeases(ring);
    }
}
