package io.fluxring.reactor.sim;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.net.Connection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Ways to send back what comes, each with a demand of its own. */
final class EchoServer {
    private static final int WAYS = 8;

    private final SplittableRandom random;
    private final Scheduler scheduler;
    private final boolean givesUp;

    /**
     * @param givesUp whether connections are abandoned after a time
     */
    EchoServer(RingLoop loop, SplittableRandom random, boolean givesUp) {
        this.random = random;
        this.scheduler = new LoopScheduler(loop);
        this.givesUp = givesUp;
    }

    /** Completes when the connection is closed, whatever happened on it. */
    Mono<Void> serve(Connection connection) {
        Mono<Void> echo = Mono.from(echo(connection));
        if (givesUp && random.nextBoolean()) {
            echo = echo.timeout(Duration.ofNanos(1 + random.nextInt(50_000_000)), scheduler);
        }
        if (random.nextInt(4) == 0) {
            echo = echo.then(Mono.defer(connection::shutdownOutput));
        }
        return echo.onErrorResume(e -> Mono.empty()).then(connection.close());
    }

    private Publisher<Void> echo(Connection connection) {
        return switch (random.nextInt(WAYS)) {
            case 0, 1 -> connection.send(connection.receive());
            case 2 ->
                connection.send(connection
                        .receive()
                        .retain()
                        .limitRate(7)
                        .doOnDiscard(BufferLease.class, BufferLease::release));
            case 3 -> connection.sendBytes(connection.receive(lease -> ByteBuffer.wrap(lease.toByteArray())));
            case 4 -> connection.sendBytes(connection.receive(EchoServer::copy).limitRate(1 + random.nextInt(4)));
            case 5 -> inTurns(connection);
            case 6 -> oneByOne(connection);
            default -> haltingly(connection);
        };
    }

    private static ByteBuffer copy(BufferLease lease) {
        return ByteBuffer.allocate(lease.lengthBytes()).put(lease.byteBuffer()).flip();
    }

    /** Subscribes, cancels and subscribes again: what had arrived for the last one waits for the next. */
    private Mono<Void> inTurns(Connection connection) {
        int most = 1 + random.nextInt(5);
        int[] count = new int[1];
        return Mono.defer(() -> {
                    count[0] = 0;
                    return connection.send(
                            connection.receive().retain().take(most).doOnNext(lease -> count[0]++));
                })
                .repeat(() -> count[0] == most)
                .then();
    }

    /** Each piece is sent by a send of its own. */
    private Mono<Void> oneByOne(Connection connection) {
        return connection
                .receive(EchoServer::copy)
                .concatMap(buffer -> connection.sendBytes(Mono.just(buffer)), 1 + random.nextInt(3))
                .then();
    }

    /** Requests whenever it pleases, also nothing for a while. */
    private Mono<Void> haltingly(Connection connection) {
        return Mono.create(sink -> {
            Flux<ByteBuffer> halting =
                    Flux.create(out -> connection.receive(EchoServer::copy).subscribe(new Halting(out)));
            sink.onDispose(connection.sendBytes(halting).subscribe(nothing -> {}, sink::error, sink::success));
        });
    }

    private final class Halting extends BaseSubscriber<ByteBuffer> {
        private final FluxSink<ByteBuffer> out;
        private long outstanding;

        Halting(FluxSink<ByteBuffer> out) {
            this.out = out;
            out.onDispose(this);
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            ask();
        }

        @Override
        protected void hookOnNext(ByteBuffer buffer) {
            outstanding--;
            out.next(buffer);
            if (outstanding == 0) {
                if (random.nextBoolean()) {
                    ask();
                } else {
                    scheduler.schedule(this::ask, random.nextInt(2_000_000), TimeUnit.NANOSECONDS);
                }
            }
        }

        private void ask() {
            int count = 1 + random.nextInt(4);
            outstanding += count;
            request(count);
        }

        @Override
        protected void hookOnComplete() {
            out.complete();
        }

        @Override
        protected void hookOnError(Throwable e) {
            out.error(e);
        }
    }
}
