package io.fluxring.spring.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.spring.support.BufferLeaks;
import io.fluxring.spring.support.RawClient;
import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is too much is refused with the status that the framework's own reader has for it. */
class MultipartLimitsTest {
    private static final String TYPE = "multipart/form-data; boundary=" + MultipartBody.BOUNDARY;

    private static RunningApplication application(boolean filesEnabled) {
        return RunningApplication.of(
                UploadApplication.class,
                "fluxring.files.enabled=" + filesEnabled,
                "spring.webflux.multipart.max-in-memory-size=2KB",
                "spring.webflux.multipart.max-headers-size=500B",
                "spring.webflux.multipart.max-disk-usage-per-part=10KB",
                "spring.webflux.multipart.max-parts=3");
    }

    private static Map<String, byte[]> bodies() {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        bodies.put("all within", new MultipartBody().file("f", new byte[10_000]).complete());
        bodies.put(
                "field", new MultipartBody().part("name=\"f\"", new byte[2_100]).complete());
        bodies.put("disk", new MultipartBody().file("f", new byte[10_300]).complete());
        bodies.put(
                "headers",
                new MultipartBody().file("x".repeat(600), new byte[1]).complete());
        bodies.put(
                "parts",
                new MultipartBody()
                        .file("1", (byte) 1)
                        .file("2", (byte) 2)
                        .file("3", (byte) 3)
                        .file("4", (byte) 4)
                        .complete());
        bodies.put("no end", new MultipartBody().file("1", new byte[100]).soFar());
        bodies.put("no boundary", "nothing of it".getBytes(StandardCharsets.UTF_8));
        bodies.put("no content", new byte[0]);
        return bodies;
    }

    private static Map<String, Integer> statuses(RunningApplication application, String uri) throws IOException {
        Map<String, Integer> statuses = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> each : bodies().entrySet()) {
            try (RawClient client = new RawClient(application.port())) {
                client.head("POST", uri, TYPE, each.getValue().length).send(each.getValue());
                statuses.put(each.getKey(), client.status());
            }
        }
        return statuses;
    }

    @Test
    void refusesWhatTheFrameworkRefuses() throws Exception {
        try (BufferLeaks leaks = new BufferLeaks();
                RunningApplication own = application(true);
                RunningApplication framework = application(false)) {
            for (String uri : new String[] {"/map"}) {
                Map<String, Integer> statuses = statuses(own, uri);
                assertThat(statuses).isEqualTo(statuses(framework, uri));
                assertThat(statuses).containsEntry("all within", 200).containsEntry("disk", 413);
                assertThat(statuses).containsEntry("parts", 400).containsEntry("no end", 400);
            }
            leaks.assertNone();
        }
    }
}
