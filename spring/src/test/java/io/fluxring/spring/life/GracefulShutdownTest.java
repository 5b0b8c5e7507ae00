package io.fluxring.spring.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An application that ends while it is asked. */
class GracefulShutdownTest {
    private static CompletableFuture<HttpResponse<String>> ask(
            HttpClient client, RunningApplication application, String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create(application.url(path))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aRequestInFlightIsAnswered() throws Exception {
        RunningApplication application = RunningApplication.of(HelloApplication.class, "fluxring.loops=2");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HelloApplication.Slow slow = application.bean(HelloApplication.Slow.class);
            var answer = ask(client, application, "/slow");
            slow.asked.asMono().block(Eventually.LIMIT);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(application::close);
            Eventually.until("the port to close", () -> {
                try {
                    application.get("/thread");
                    return false;
                } catch (UncheckedIOException e) {
                    return e.getCause() instanceof ConnectException;
                }
            });
            assertThat(answer).isNotDone();
            assertThat(closed).isNotDone();
            slow.answer.tryEmitValue("in the end");
            assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("in the end");
            closed.get(10, TimeUnit.SECONDS);
        } finally {
            application.close();
        }
    }

    /** It never ends by itself: the limit of the phase ends it. */
    @Test
    void anEventStreamDoesNotHoldUpTheEnd() throws Exception {
        RunningApplication application = RunningApplication.of(
                HelloApplication.class, "fluxring.loops=2", "spring.lifecycle.timeout-per-shutdown-phase=300ms");
        try (HttpClient client = HttpClient.newHttpClient()) {
            AtomicLong events = new AtomicLong();
            CompletableFuture<Void> stream = client.sendAsync(
                            HttpRequest.newBuilder(URI.create(application.url("/events")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .thenAcceptAsync(response -> response.body().forEach(line -> events.incrementAndGet()));
            Eventually.until("events", () -> events.get() > 3);
            long start = System.nanoTime();
            application.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            assertThatThrownBy(() -> stream.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
        }
    }
}
