package io.fluxring.spring.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.support.Output;
import io.fluxring.spring.support.Resources;
import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The actuator on a port of its own, which Boot serves from a context below the application's. */
class ManagementPortTest {
    private static final String DEFAULT_LOOPS = "reactor-http-(epoll|nio|io_uring)-.*";

    private static String health(String port) throws IOException {
        try (InputStream body = URI.create("http://127.0.0.1:" + port + "/actuator/health/fluxring")
                .toURL()
                .openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void sharesTheLoops() throws IOException {
        List<String> before = Resources.threads(DEFAULT_LOOPS); // of other tests
        try (Output output = new Output();
                RunningApplication application = RunningApplication.of(
                        HelloApplication.class,
                        "fluxring.loops=2",
                        "management.server.port=0",
                        "management.server.address=127.0.0.1",
                        "management.endpoint.health.show-details=always")) {
            String port = application.context().getEnvironment().getProperty("local.management.port");
            assertThat(port).isNotNull().isNotEqualTo(String.valueOf(application.port()));
            assertThat(health(port)).contains("\"onRing\":true", "reactor-http-ring-1", "reactor-http-ring-2");
            assertThat(application.get("/thread")).startsWith("reactor-http-ring-");
            assertThat(application.bean(ApplicationLoops.class).rings()).hasSize(2);
            assertThat(Resources.threads(".*-ring-.*")).hasSize(2);
            assertThat(Resources.threads(DEFAULT_LOOPS)).isEqualTo(before);
            assertThat(output.lines("Fluxring")).hasSize(1);
        }
    }
}
