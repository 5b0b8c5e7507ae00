package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code samples/run webflux}, as a user types it. What the application does is tested in its own module. */
class WebfluxCommandTest {
    private static final Path SCRIPT =
            Path.of("../../samples/run").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private static ChildJvm run(String... arguments) throws IOException {
        assumeTrue(
                Files.exists(SCRIPT.resolveSibling("webflux/target/run.stamp")),
                "samples/run has not built the sample yet, and this test does not start another build within the"
                        + " build");
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "webflux"));
        command.addAll(List.of(arguments));
        return ChildJvm.run(command);
    }

    @ParameterizedTest
    @CsvSource({"ring,Fluxring: on io_uring", "default,Fluxring steps aside"})
    void servesAndStops(String transport, String report) throws Exception {
        try (ChildJvm server = run("--port", "0", "--dir", folder.toString(), "--transport", transport)) {
            String line = server.awaitOutput("listening on ");
            assertThat(line).matches("listening on http://127\\.0\\.0\\.1:\\d+, files in " + folder);
            assertThat(server.output()).anyMatch(each -> each.contains(report));
            URI file = URI.create(line.split("[ ,]+")[2] + "/files/%C3%BC");
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest put = HttpRequest.newBuilder(file)
                        .PUT(BodyPublishers.ofString("text"))
                        .build();
                assertThat(client.send(put, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(201);
                HttpRequest get = HttpRequest.newBuilder(file).build();
                assertThat(client.send(get, BodyHandlers.ofString()).body()).isEqualTo("text");
            }
            assertThat(server.terminate().awaitExit()).isEqualTo(128 + 15); // what a JVM makes of the signal
            assertThat(server.errors()).isEmpty();
        }
    }

    @Test
    void aMistakeIsOneLine() throws IOException {
        try (ChildJvm server = run("--dir", "/no/such/folder")) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.errors()).containsExactly("webflux: --dir is not a folder: /no/such/folder");
            assertThat(server.output()).isEmpty();
        }
    }
}
