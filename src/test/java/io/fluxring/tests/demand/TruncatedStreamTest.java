package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.PeerException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A stream that lost bytes never ends as if it had not. */
class TruncatedStreamTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private enum End {
        CLOSE,
        DISPOSE_OF_THE_CONNECTION,
        DISPOSE_OF_THE_RING
    }

    private static void end(End how, ReactiveRing ring, Connection connection) {
        switch (how) {
            case CLOSE -> connection.close().block(LIMIT);
            case DISPOSE_OF_THE_CONNECTION -> connection.dispose();
            case DISPOSE_OF_THE_RING -> ring.dispose();
        }
    }

    /** Takes one piece, and remembers how it ended. */
    private static final class OnePiece extends BaseSubscriber<Integer> {
        final AtomicInteger bytes = new AtomicInteger();
        volatile String end = "";

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(Integer length) {
            bytes.addAndGet(length);
        }

        @Override
        protected void hookOnComplete() {
            end = "complete";
        }

        @Override
        protected void hookOnError(Throwable e) {
            end = e.getClass().getSimpleName();
        }
    }

    private static boolean inputHasEnded(Connection connection) {
        return connection.toString().contains("receiver ENDED");
    }

    /** The peer's end has arrived and pieces wait for demand, when this side closes. */
    @ParameterizedTest
    @EnumSource(End.class)
    void closedBeforeAllWasHandedOver(End how) throws IOException {
        ReactiveRing ring = guard.ring(64, 10);
        try (Server.Pair pair = new Server(ring).pair()) {
            OnePiece subscriber = new OnePiece();
            pair.connection().receive(BufferLease::lengthBytes).subscribe(subscriber);
            pair.peer().write(new byte[100]).endOutput();
            Eventually.until("the end of input", () -> inputHasEnded(pair.connection()));
            end(how, ring, pair.connection());
            Eventually.until("an end", () -> !subscriber.end.isEmpty());
            assertThat(subscriber.bytes).hasValue(10);
            assertThat(subscriber.end).isEqualTo(CancelledException.class.getSimpleName());
        }
    }

    /** Nothing was lost: the end is the peer's. */
    @Test
    void closedAfterAllWasHandedOver() throws IOException {
        ReactiveRing ring = guard.ring(64, 10);
        try (Server.Pair pair = new Server(ring).pair()) {
            Flux<Integer> pieces = pair.connection().receive(BufferLease::lengthBytes);
            StepVerifier.create(pieces.reduce(0, Integer::sum))
                    .then(PeerStep.of(() -> pair.peer().write(new byte[100]).endOutput()))
                    .expectNext(100)
                    .expectComplete()
                    .verify(LIMIT);
            pair.connection().close().block(LIMIT);
        }
    }

    /** A reset stays a reset, whatever waits. */
    @Test
    void resetBeforeAllWasHandedOver() throws IOException {
        ReactiveRing ring = guard.ring(64, 10);
        try (Server.Pair pair = new Server(ring).pair()) {
            OnePiece subscriber = new OnePiece();
            pair.connection().receive(BufferLease::lengthBytes).subscribe(subscriber);
            pair.peer().write(new byte[100]);
            Eventually.until("a piece", () -> subscriber.bytes.get() == 10);
            pair.peer().reset();
            Eventually.until("the reset", () -> inputHasEnded(pair.connection()));
            pair.connection().close().block(LIMIT);
            assertThat(subscriber.end)
                    .isIn(PeerException.class.getSimpleName(), CancelledException.class.getSimpleName());
        }
    }
}
