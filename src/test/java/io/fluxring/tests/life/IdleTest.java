package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

class IdleTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofMinutes(5);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @Test
    void aSilentPeerIsClosed() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            assertThat(connection.onReadIdle(SHORT, connection::dispose)).isSameAs(connection);
            pair.peer().expectEnd();
            connection.onClose().block(LIMIT);
        }
    }

    /** The time begins anew with each message, and the task runs again while the silence lasts. */
    @Test
    void theTimeIsThatSinceTheLastBytes() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            AtomicLong last = new AtomicLong();
            AtomicLong early = new AtomicLong();
            AtomicInteger calls = new AtomicInteger();
            pair.connection().receive(lease -> System.nanoTime()).subscribe(last::set, closed -> {});
            last.set(System.nanoTime());
            pair.connection().onReadIdle(SHORT, () -> {
                calls.incrementAndGet();
                if (System.nanoTime() - last.get() < SHORT.toNanos() / 10) {
                    early.incrementAndGet();
                }
            });
            long end = System.nanoTime() + 5 * SHORT.toNanos();
            while (System.nanoTime() - end < 0) {
                pair.peer().send(10);
                Thread.onSpinWait();
            }
            assertThat(early).hasValue(0);
            int before = calls.get();
            Eventually.until("three calls more", () -> calls.get() >= before + 3);
        }
    }

    @Test
    void nothingSentIsIdle() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            CompletableFuture<Void> idle = new CompletableFuture<>();
            CompletableFuture<Void> idleReading = new CompletableFuture<>();
            Connection connection = pair.connection();
            connection
                    .onReadIdle(LONG, () -> idleReading.complete(null))
                    .onWriteIdle(
                            SHORT,
                            () -> connection
                                    .sendBytes(Flux.just(ByteBuffer.wrap(new byte[] {1})))
                                    .subscribe(it -> {}, idle::completeExceptionally, () -> idle.complete(null)));
            assertThat(pair.peer().read(1)).containsExactly(1);
            idle.join();
            assertThat(idleReading).isNotDone();
        }
    }

    @Test
    void aLaterTaskTakesThePlaceOfTheOneBefore() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            AtomicInteger first = new AtomicInteger();
            CompletableFuture<Void> second = new CompletableFuture<>();
            pair.connection().onReadIdle(LONG, first::incrementAndGet);
            pair.connection().onReadIdle(SHORT, () -> second.complete(null));
            second.join();
            assertThat(first).hasValue(0);
            pair.connection().onReadIdle(Duration.ZERO, first::incrementAndGet);
            assertThat(deadlines(ring)).isEqualTo("deadlines: 0");
        }
    }

    private static String deadlines(ReactiveRing ring) {
        return RingGuard.ask(ring, RingLoop::dump).replaceFirst("(?s).*(deadlines: \\d+).*", "$1");
    }

    /** What a message costs is a look at the clock; and there is nothing left behind a connection. */
    @Test
    void oneDeadlineForEachConnection() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            connection.onReadIdle(LONG, () -> {}).onWriteIdle(LONG, () -> {});
            connection.send(connection.receive()).subscribe(it -> {}, closed -> {});
            for (int i = 0; i < 100; i++) {
                pair.peer().echo(10);
                assertThat(deadlines(ring)).isEqualTo("deadlines: 1");
            }
            connection.close().block(LIMIT);
            assertThat(deadlines(ring)).isEqualTo("deadlines: 0");
            connection.onReadIdle(SHORT, () -> {});
            assertThat(deadlines(ring)).isEqualTo("deadlines: 0");
        }
    }

    @Test
    void aTaskThatThrowsRunsAgain() throws IOException {
        guard.handlersMayFail();
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.connection().onReadIdle(SHORT, () -> {
                throw new IllegalStateException("on purpose");
            });
            Eventually.until("two failures", () -> ring.counters().get(Counter.HANDLER_FAILURES) >= 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pair.connection().onReadIdle(Duration.ofNanos(-1), () -> {}));
        }
    }
}
