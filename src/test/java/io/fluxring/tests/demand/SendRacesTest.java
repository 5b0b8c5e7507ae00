package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends that begin or end at an awkward moment. */
class SendRacesTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    /** The cancelled one must not keep the turn that it never took. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSendThatIsCancelledAtOnceLetsOthersSend(boolean onTheLoop) throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            Mono<Void> cancelled = connection.sendBytes(Flux.just(bytes(10))).takeUntilOther(Mono.empty());
            if (onTheLoop) {
                ring.loop().execute(cancelled::subscribe);
            } else {
                cancelled.subscribe();
            }
            connection.sendBytes(Flux.just(bytes(5))).block(LIMIT);
        }
    }

    /** A subscriber may send in its end signal, after the close; that must neither work nor do harm. */
    @Test
    void aFarewellAfterTheCloseIsRefused() throws IOException {
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            connection
                    .sendBytes(connection
                            .receive(lease -> bytes(lease.lengthBytes()))
                            .onErrorResume(e -> Flux.just(bytes(100))))
                    .subscribe(nothing -> {}, outcome::set);
            pair.peer().write(new byte[3]);
            Eventually.until("the echo runs", () -> ring.toString().contains("live"));
            connection.close().block(LIMIT);
            Eventually.until("the send has ended", () -> outcome.get() != null);
            assertThat(outcome.get()).isInstanceOf(CancelledException.class);
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void anElementThatCannotBeSentIsAnErrorAlsoAfterTheSourceHasCompleted() throws IOException {
        ReactiveRing ring = guard.ring(8, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            pair.peer().write(new byte[128]);
            BufferLease[] two = connection
                    .receive()
                    .retain()
                    .take(2)
                    .collectList()
                    .block(LIMIT)
                    .toArray(BufferLease[]::new);
            two[1].release();
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            connection
                    .send(Flux.just(two[0], two[1]))
                    .subscribe(
                            nothing -> {},
                            outcome::set,
                            () -> outcome.set(new AssertionError("completed, although not all of it was sent")));
            Eventually.until("the send has ended", () -> outcome.get() != null);
            assertThat(outcome.get()).isInstanceOf(IllegalStateException.class);
        }
        RingGuard.awaitNoLeases(ring);
    }
}
