package io.fluxring.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.metrics.RingMetrics;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Eventually;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
            Eventually.until("all bytes counted", () -> count("fluxring.bytes.sent", "a") == 1000);
            assertThat(count("fluxring.bytes.received", "a")).isEqualTo(1000);
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

    @Test
    void everyCounterIsThere() {
        RingMetrics metrics = new RingMetrics(guard.ring(), "a");
        metrics.bindTo(registry);
        for (Counter counter : Counter.values()) {
            String name = "fluxring." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
            assertThat(registry.find(name).functionCounter()).as(name).isNotNull();
        }
        metrics.close();
    }
}
