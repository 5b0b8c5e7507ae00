package io.fluxring.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.RunningApplication;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.client.ReactorResourceFactory;

/** Health as the endpoint shows it, and what makes it go down. */
class RingHealthTest {
    private static final String FIRST = "reactor-http-ring-1";
    private static final String SECOND = "reactor-http-ring-2";

    private static RunningApplication application;

    @BeforeAll
    static void start() {
        application = RunningApplication.of(ActuatedApplication.class, ActuatedApplication.SHOWN);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static Health health(RunningApplication of) {
        return of.bean(RingHealthIndicator.class).health().block(Eventually.LIMIT);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> loops(Health health) {
        return (Map<String, Map<String, Object>>) health.getDetails().get("loops");
    }

    private static EventLoop firstLoop(RunningApplication of) {
        return (EventLoop) of.bean(ReactorResourceFactory.class)
                .getLoopResources()
                .onServer(true)
                .iterator()
                .next();
    }

    @Test
    void theEndpointShowsEachLoop() {
        String shown = application
                .client()
                .get()
                .uri("/actuator/health/fluxring")
                .retrieve()
                .bodyToMono(String.class)
                .block(Eventually.LIMIT);
        assertThat(shown)
                .contains("\"status\":\"UP\"", "\"onRing\":true", "2 loops, Linux ")
                .containsPattern("\"" + FIRST
                        + "\":\\{\"inFlight\":\\d+,\"freeSlots\":16\\d+,\"freeBuffers\":1\\d+,\"buffers\":1\\d+}")
                .contains("\"" + SECOND + "\":{");
    }

    /** A probe may be asked on an event loop, even on the one that it asks. */
    @Test
    void anEventLoopMayAsk() {
        AtomicReference<Health> asked = new AtomicReference<>();
        firstLoop(application)
                .execute(() ->
                        application.bean(RingHealthIndicator.class).health().subscribe(asked::set));
        Eventually.until("the answer", () -> asked.get() != null);
        assertThat(asked.get().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aLoopThatIsBlockedIsNamed() {
        CountDownLatch end = new CountDownLatch(1);
        firstLoop(application).execute(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            for (int i = 0; i < 2; i++) {
                Health health = health(application);
                assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                assertThat(loops(health).get(FIRST)).containsEntry("state", "silent");
                assertThat(loops(health).get(SECOND)).containsKey("inFlight");
            }
        } finally {
            end.countDown();
        }
        assertThat(health(application).getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aLoopThatHasEndedIsNamed() {
        try (RunningApplication other = RunningApplication.of(ActuatedApplication.class, ActuatedApplication.SHOWN)) {
            firstLoop(other)
                    .shutdownGracefully(0, 0, TimeUnit.SECONDS)
                    .awaitUninterruptibly(Duration.ofSeconds(5).toMillis());
            Health health = health(other);
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(loops(health).get(FIRST)).containsEntry("state", "ended");
            assertThat(loops(health).get(SECOND)).containsKey("inFlight");
            assertThat(health(application).getStatus()).isEqualTo(Status.UP); // another one's loops are its own
        }
    }

    @Test
    void anApplicationThatDoesNotWantTheRingIsUp() {
        try (RunningApplication off = RunningApplication.of(ActuatedApplication.class, "fluxring.mode=off")) {
            Health health = health(off);
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("onRing", false).doesNotContainKey("loops");
            assertThat(health.getDetails().get("detail")).asString().contains("off by fluxring.mode");
        }
    }
}
