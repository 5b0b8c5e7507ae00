package io.fluxring.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingIoHandlerConfig;
import io.fluxring.netty.reactor.RingLoopResources;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/** A hundred thousand requests, of which none may stay without its own answer. */
@Timeout(180)
class ManyRequestsTest {
    private static final Duration LIMIT = Duration.ofSeconds(150);
    private static final int REQUESTS = 100_000;
    private static final int CONNECTIONS = 20;

    /** Buffers that a request does not fit into, and that 20 connections can use up. */
    private static final RingIoHandlerConfig SMALL =
            RingIoHandlerConfig.defaults().withBuffers(BufferRingConfig.of(32, 64));

    private final ConnectionProvider connections = ConnectionProvider.create("many", CONNECTIONS);
    private final ConnectionProvider goners = ConnectionProvider.builder("goners")
            .maxConnections(CONNECTIONS)
            .pendingAcquireMaxCount(-1)
            .build();
    private @Nullable RingLoopResources loops;
    private @Nullable DisposableServer server;

    private RingLoopResources serve(RingIoHandlerConfig config) {
        RingLoopResources made = RingLoopResources.create("many", -1, 1, true, config);
        loops = made;
        server = HttpServer.create()
                .runOn(made)
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.sendString(answer(request.uri())))
                .bindNow(LIMIT);
        return made;
    }

    private HttpClient client(ConnectionProvider provider) {
        return HttpClient.create(provider)
                .runOn(Objects.requireNonNull(loops))
                .host("127.0.0.1")
                .port(Objects.requireNonNull(server).port());
    }

    /** At once for the most part; a few take their time, so that reads pause with requests behind them. */
    private static Mono<String> answer(String uri) {
        Mono<String> answer = Mono.just(uri);
        return uri.hashCode() % 100 == 0 ? answer.delayElement(Duration.ofMillis(1)) : answer;
    }

    @AfterEach
    void close() {
        Objects.requireNonNull(server).disposeNow(LIMIT);
        connections.disposeLater().block(LIMIT);
        goners.disposeLater().block(LIMIT);
        Objects.requireNonNull(loops).disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    private static Mono<String> request(HttpClient client, String uri) {
        return client.get().uri(uri).responseContent().aggregate().asString();
    }

    private static long entries(RingLoopResources loops) {
        long entries = 0;
        for (EventExecutor each : loops.onServer(true)) {
            entries +=
                    RingIoHandler.loopOf((ThreadAwareExecutor) each).counters().get(Counter.SQES);
        }
        return entries;
    }

    /** Reactor Netty has no read pending while it answers: that must not cost a receive each. */
    @Test
    void oneReceiveServesAConnectionForItsLife() {
        RingLoopResources resources = serve(RingIoHandlerConfig.defaults());
        assertThat(wrongAnswers(2 * CONNECTIONS)).isZero();
        long before = entries(resources);
        assertThat(wrongAnswers(REQUESTS)).isZero();
        // A request is a send of each side.
        assertThat(entries(resources) - before).isLessThan(2L * REQUESTS + REQUESTS / 20);
    }

    /** Each connection has a part of a message, and the group has no buffer for the rest of all of them. */
    @Test
    void connectionsThatUseUpTheGroupGoOn() {
        serve(SMALL);
        assertThat(wrongAnswers(REQUESTS / 5)).isZero();
    }

    private long wrongAnswers(int count) {
        HttpClient client = client(connections);
        return Flux.range(0, count)
                .flatMap(i -> request(client, "/" + i).filter(answer -> !answer.equals("/" + i)), CONNECTIONS)
                .count()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    /** A cancelled request closes its connection, in whichever state that is: the others get what is theirs. */
    @Test
    void cancelsCostNoOtherItsAnswer() {
        serve(SMALL);
        HttpClient leaving = client(goners); // Reactor Netty may give a connection on that a late cancel then closes
        Random random = new Random(1);
        AtomicInteger cancelled = new AtomicInteger();
        Flux<String> coming = Flux.range(0, REQUESTS / 10)
                .flatMap(
                        i -> request(leaving, "/" + i)
                                .doOnCancel(cancelled::incrementAndGet)
                                .timeout(Duration.ofNanos(random.nextInt(1_000_000)), Mono.empty())
                                .onErrorResume(PrematureCloseException.class, e -> Mono.empty()),
                        CONNECTIONS);
        Mono<Long> wrong =
                Mono.fromSupplier(() -> wrongAnswers(REQUESTS / 10)).subscribeOn(Schedulers.boundedElastic());
        assertThat(Mono.zip(wrong, coming.count())
                        .blockOptional(LIMIT)
                        .orElseThrow()
                        .getT1())
                .isZero();
        assertThat(cancelled).hasPositiveValue();
    }
}
