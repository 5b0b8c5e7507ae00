package io.fluxring.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.testing.Eventually;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.reactor.RingLoopResources;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.metrics.RingMetrics;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

class RingMetricsTest {
    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double count(String name, String ring) {
        return registry.get(name).tag("ring", ring).functionCounter().count();
    }

    private double gauge(String name, String ring) {
        return registry.get(name).tag("ring", ring).gauge().value();
    }

    @Test
    void saysWhatTheRingDoes() throws IOException {
        ReactiveRing ring = guard.ring();
        ReactiveRing other = guard.ring();
        try (RingMetrics metrics = new RingMetrics(ring, "a");
                RingMetrics others = new RingMetrics(other, "b")) {
            metrics.bindTo(registry);
            others.bindTo(registry);
            Set<Meter.Id> before = ids();
            Listener listener = Echo.serve(ring);
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                peers.add(Peer.connect(listener.localAddress()).echo(100));
            }
            Eventually.until("all bytes counted", () -> count("fluxring.sent", "a") == 1000);
            assertThat(count("fluxring.received", "a")).isEqualTo(1000);
            assertThat(count("fluxring.accepted", "a")).isEqualTo(10);
            assertThat(count("fluxring.enters", "a")).isPositive();
            assertThat(count("fluxring.accepted", "b")).isZero();
            assertThat(gauge("fluxring.operations", "a")).isGreaterThanOrEqualTo(10);
            assertThat(gauge("fluxring.slots.free", "a")).isLessThan(gauge("fluxring.slots.free", "b"));
            assertThat(gauge("fluxring.buffers", "a")).isGreaterThanOrEqualTo(1024);
            assertThat(gauge("fluxring.buffers.free", "a")).isPositive();
            assertThat(gauge("fluxring.leases", "a")).isZero();
            assertThat(ids()).as("no meter and no tag grows with connections").isEqualTo(before);
            for (Peer peer : peers) {
                peer.close();
            }
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    private Set<Meter.Id> ids() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    /** A server and a client of Reactor Netty on two event loops, each loop with its own meters. */
    @Test
    void saysWhatEventLoopsDo() throws Exception {
        RingLoopResources loops = RingLoopResources.create("http", 2, true);
        for (EventExecutor each : loops.onServer(true)) {
            each.submit(() -> new RingMetrics(
                                    RingIoHandler.loopOf((ThreadAwareExecutor) each),
                                    Thread.currentThread().getName())
                            .bindTo(registry))
                    .get(20, TimeUnit.SECONDS);
        }
        DisposableServer server = HttpServer.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.sendString(Mono.just("hello")))
                .bindNow();
        String answer = HttpClient.create()
                .runOn(loops)
                .get()
                .uri("http://127.0.0.1:" + server.port())
                .responseContent()
                .aggregate()
                .asString()
                .block(Eventually.LIMIT);
        assertThat(answer).isEqualTo("hello");
        assertThat(count("fluxring.accepted", "http-ring-1") + count("fluxring.accepted", "http-ring-2"))
                .isEqualTo(1);
        assertThat(count("fluxring.received", "http-ring-1") + count("fluxring.received", "http-ring-2"))
                .isPositive();
        server.disposeNow();
        loops.disposeLater(Duration.ZERO, Eventually.LIMIT).block();
        assertThat(gauge("fluxring.operations", "http-ring-1")).isZero();
    }

    @Test
    void everyCounterIsThere() {
        RingMetrics metrics = new RingMetrics(guard.ring(), "a");
        metrics.bindTo(registry);
        for (Counter counter : Counter.values()) {
            String name = "fluxring."
                    + counter.name().toLowerCase(Locale.ROOT).replace('_', '.').replace("bytes.", "");
            Meter.Id id = registry.get(name).functionCounter().getId();
            assertThat(id.getDescription()).isEqualTo(counter.description());
            assertThat(id.getBaseUnit()).isEqualTo(counter.name().startsWith("BYTES") ? "bytes" : null);
        }
        metrics.close();
    }
}
