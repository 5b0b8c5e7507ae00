package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is used after it was closed fails with one type of error, on whichever thread and however it was closed. */
class ClosedTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static Map<String, Publisher<?>> ofTheRing(ReactiveRing ring) {
        Map<String, Publisher<?>> all = new LinkedHashMap<>();
        all.put("submit", ring.submit(Flux.just(new Op.Nop())));
        all.put("submit never", ring.submit(Flux.never()));
        all.put("completions", ring.completions());
        all.put("dump", ring.dump());
        all.put("listen", Mono.fromSupplier(() -> ring.listen(Echo.anyPort())));
        all.put("accept", ring.accept(Echo.anyPort()));
        return all;
    }

    private static Map<String, Publisher<?>> of(Connection connection) {
        Map<String, Publisher<?>> all = new LinkedHashMap<>();
        all.put("receive", connection.receive());
        all.put("receive(mapper)", connection.receive(BufferLease::lengthBytes));
        all.put("send", connection.send(Flux.never()));
        all.put("sendBytes", connection.sendBytes(Mono.just(ByteBuffer.allocate(1))));
        all.put("shutdownOutput", connection.shutdownOutput());
        all.put("remoteAddress", Mono.fromSupplier(connection::remoteAddress));
        return all;
    }

    private static void failAsClosed(Map<String, Publisher<?>> publishers) {
        publishers.forEach((name, publisher) -> StepVerifier.create(publisher)
                .expectErrorSatisfies(e -> assertThat(e)
                        .as(name)
                        .isInstanceOf(CancelledException.class)
                        .hasMessageMatching(".* is closed"))
                .verify(LIMIT));
    }

    @Test
    void anEndedRing() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener open = ring.listen(Echo.anyPort());
        try (Server.Pair pair = new Server(ring).pair()) {
            ring.disposeLater().block(LIMIT);
            failAsClosed(ofTheRing(ring));
            failAsClosed(of(pair.connection()));
            failAsClosed(Map.of("accept", open.accept(), "handle", open.handle(connection -> Mono.empty())));
        }
        open.close().block(LIMIT);
        open.closeGracefully(LIMIT).block(LIMIT);
        ring.disposeLater().block(LIMIT);
    }

    /** On its own thread, while it ends. */
    @Test
    @SuppressWarnings("try") // the pair is only there
    void aRingThatEnds() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            CompletableFuture<Throwable> listening = new CompletableFuture<>();
            Map<String, CompletableFuture<Throwable>> ends = new LinkedHashMap<>();
            RingGuard.ask(ring, loop -> {
                ring.dispose();
                ofTheRing(ring).forEach((name, publisher) -> {
                    if (!name.equals("dump")) { // still gives one
                        CompletableFuture<Throwable> end = new CompletableFuture<>();
                        ends.put(name, end);
                        Flux.from(publisher).subscribe(next -> {}, end::complete, () -> end.complete(null));
                    }
                });
                try {
                    ring.listen(Echo.anyPort());
                } catch (RuntimeException e) {
                    listening.complete(e);
                }
                return true;
            });
            ends.forEach((name, end) ->
                    assertThat(end).as(name).succeedsWithin(LIMIT).isInstanceOf(CancelledException.class));
            assertThat(listening).succeedsWithin(LIMIT).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void aClosedConnection() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            pair.connection().close().block(LIMIT);
            failAsClosed(of(pair.connection()));
        }
    }

    @Test
    void listenThrowsAtOnce() {
        ReactiveRing ring = guard.ring();
        ring.disposeLater().block(LIMIT);
        assertThatThrownBy(() -> ring.listen(Echo.anyPort()))
                .isInstanceOf(CancelledException.class)
                .hasMessage("the ring is closed");
    }
}
