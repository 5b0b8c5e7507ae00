package io.fluxring.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Meters as a scrape shows them. */
class RingMetersTest {
    private static final int CONNECTIONS = 1_000;

    /** A second registry beside Prometheus's, by which Boot puts both into a composite one. */
    @Configuration(proxyBeanMethods = false)
    @Import(ActuatedApplication.class)
    static class TwoRegistries {
        @Bean
        SimpleMeterRegistry simpleMeterRegistry() {
            return new SimpleMeterRegistry();
        }
    }

    private static RunningApplication application;

    @BeforeAll
    static void start() {
        application = RunningApplication.of(TwoRegistries.class, ActuatedApplication.SHOWN);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static List<String> scrape() {
        return application
                .get("/actuator/prometheus")
                .lines()
                .filter(line ->
                        !line.startsWith("#") && !line.startsWith("jvm_")) // the collector has some that come and go
                .toList();
    }

    /** Names and tags, without the figures. */
    private static Set<String> series(List<String> scraped, String prefix) {
        return scraped.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static double sum(List<String> scraped, String name) {
        return scraped.stream()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<String> ofRings(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId())
                .filter(id -> id.getName().startsWith("fluxring."))
                .map(id ->
                        id.getName() + id.getTags().stream().map(Tag::toString).toList())
                .sorted()
                .toList();
    }

    private static void shortConnection() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", application.port())) {
            socket.getOutputStream()
                    .write("GET /hello HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("hello");
        }
    }

    @Test
    void eachLoopHasItsMeters() {
        assertThat(series(scrape(), "fluxring_"))
                .contains(
                        "fluxring_enters_total{ring=\"reactor-http-ring-1\"}",
                        "fluxring_sqes_total{ring=\"reactor-http-ring-1\"}",
                        "fluxring_cqes_total{ring=\"reactor-http-ring-2\"}",
                        "fluxring_overflows_total{ring=\"reactor-http-ring-2\"}",
                        "fluxring_copied_sends_total{ring=\"reactor-http-ring-2\"}",
                        "fluxring_operations{ring=\"reactor-http-ring-1\"}",
                        "fluxring_buffers_free{ring=\"reactor-http-ring-1\"}");
    }

    @Test
    void s5TheNumberOfSeriesDoesNotGrowWithConnections() throws IOException {
        shortConnection(); // the observations of Boot have theirs from the first one on
        scrape();
        List<String> before = scrape();
        for (int i = 0; i < CONNECTIONS; i++) {
            shortConnection();
        }
        List<String> after = scrape();
        assertThat(series(after, "")).isEqualTo(series(before, ""));
        assertThat(sum(after, "fluxring_accepted_total") - sum(before, "fluxring_accepted_total"))
                .isGreaterThanOrEqualTo(CONNECTIONS);
        Eventually.until("leases and operations of the connections to end", () -> {
            List<String> now = scrape();
            return sum(now, "fluxring_leases") <= sum(before, "fluxring_leases")
                    && sum(now, "fluxring_operations") <= sum(before, "fluxring_operations");
        });
    }

    @Test
    void aRestartLeavesNoneOfThoseBeforeIt() {
        List<MeterRegistry> registries = List.copyOf(
                application.context().getBeansOfType(MeterRegistry.class).values());
        assertThat(registries).hasSize(3).anyMatch(CompositeMeterRegistry.class::isInstance);
        List<String> before = ofRings(registries.getFirst());
        assertThat(before).isNotEmpty();
        for (int i = 0; i < 3; i++) {
            application.context().stop();
            assertThat(registries).allSatisfy(each -> assertThat(ofRings(each)).isEmpty());
            application.context().start();
            assertThat(registries).allSatisfy(each -> assertThat(ofRings(each)).isEqualTo(before));
        }
        for (MeterRegistry each : registries) {
            assertThat(each.get("fluxring.enters")
                            .tag("ring", "reactor-http-ring-1")
                            .functionCounter()
                            .count())
                    .isPositive();
        }
    }
}
