package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.support.BufferLeaks;
import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.web.reactive.function.BodyInserters;

/** Files as bodies of a client's requests, as a whole and as parts. */
class SentResourcesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private static RunningApplication application;
    private final BufferLeaks leaks = new BufferLeaks();

    @BeforeAll
    static void start() {
        application = RunningApplication.of(
                FilesApplication.class,
                FilesApplication.properties(directory, "spring.http.codecs.max-in-memory-size=-1"));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Eventually.until(
                "leases are given back",
                () -> application.bean(ApplicationLoops.class).rings().stream()
                        .map(ApplicationLoops.NamedLoop::loop)
                        .mapToInt(RingLoop::liveLeases)
                        .allMatch(each -> each == 0));
        try (leaks) {
            leaks.assertNone();
        }
    }

    private static byte[] write(String name, int count) throws IOException {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        Files.write(directory.resolve(name), bytes);
        return bytes;
    }

    private static FilesApplication.Received put(Path file) {
        return application
                .client()
                .put()
                .uri("/body")
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(BodyInserters.fromResource(new FileSystemResource(file)))
                .retrieve()
                .bodyToMono(FilesApplication.Received.class)
                .block(LIMIT);
    }

    @Test
    void aWholeBody() throws IOException {
        for (int count : new int[] {0, 1, 100_000, 5_000_000}) {
            byte[] bytes = write("body.bin", count);
            assertThat(put(directory.resolve("body.bin")))
                    .isEqualTo(new FilesApplication.Received(count, Arrays.hashCode(bytes), String.valueOf(count)));
        }
    }

    @Test
    void aFileWhoseSizeIsALie() {
        FilesApplication.Received received = put(Path.of("/proc/self/maps"));
        assertThat(received.bytes()).isPositive();
        assertThat(received.length()).isEqualTo("none");
    }

    /** The framework keeps a part's body, and reads it when those before it are sent. */
    @Test
    void aPart() throws IOException {
        for (int count : new int[] {1, 100_000, 3_000_000}) {
            byte[] bytes = write("part.bin", count);
            MultipartBodyBuilder parts = new MultipartBodyBuilder();
            parts.part("before", "text");
            parts.part("file", new FileSystemResource(directory.resolve("part.bin")));
            parts.asyncPart("after", reactor.core.publisher.Mono.just("text"), String.class);
            FilesApplication.Received received = application
                    .client()
                    .post()
                    .uri("/part")
                    .body(BodyInserters.fromMultipartData(parts.build()))
                    .retrieve()
                    .bodyToMono(FilesApplication.Received.class)
                    .block(LIMIT);
            assertThat(received)
                    .isEqualTo(new FilesApplication.Received(count, Arrays.hashCode(bytes), count + " part.bin"));
        }
    }

    @Test
    void aFileThatIsNotThere() {
        Resource missing = new FileSystemResource(directory.resolve("missing"));
        assertThatThrownBy(() -> application
                        .client()
                        .put()
                        .uri("/body")
                        .body(BodyInserters.fromResource(missing))
                        .retrieve()
                        .toBodilessEntity()
                        .block(LIMIT))
                .isInstanceOf(Exception.class)
                .hasStackTraceContaining("missing");
    }
}
