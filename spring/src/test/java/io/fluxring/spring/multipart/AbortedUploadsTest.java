package io.fluxring.spring.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.BufferLeaks;
import io.fluxring.spring.support.OpenDescriptors;
import io.fluxring.spring.support.RawClient;
import io.fluxring.spring.support.RunningApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away in the middle of an upload. */
class AbortedUploadsTest {
    private static final String TYPE = "multipart/form-data; boundary=" + MultipartBody.BOUNDARY;
    private static final int TIMES = 100;
    private static final int ANNOUNCED_BYTES = 10_000_000;
    private static final int SENT_BYTES = 5_000_000;

    @TempDir
    static Path temporary;

    @TempDir
    Path directory;

    private static RunningApplication application;
    private static UploadApplication.Uploads uploads;
    private final BufferLeaks leaks = new BufferLeaks();

    @BeforeAll
    static void start() {
        application = RunningApplication.of(
                UploadApplication.class,
                "fluxring.mode=required",
                "logging.level.org.springframework.boot.webflux=off",
                "spring.webflux.multipart.file-storage-directory=" + temporary);
        uploads = application.bean(UploadApplication.Uploads.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try (leaks) {
            Eventually.until("temporary files are closed", () -> OpenDescriptors.filesBelow(temporary) == 0);
            try (Stream<Path> names = Files.list(temporary)) {
                assertThat(names).isEmpty();
            }
            leaks.assertNone();
        }
    }

    @Test
    @Tag("S2")
    void nothingIsLeftOfUploadsThatAreReset() throws Exception {
        byte[] begin = new MultipartBody()
                .file("first", new byte[300_000])
                .begin("name=\"file\"; filename=\"second\"")
                .soFar();
        byte[] part = new byte[SENT_BYTES];
        int descriptors = OpenDescriptors.count();
        int before = uploads.calls.get();
        for (int i = 0; i < TIMES; i++) {
            try (RawClient client = new RawClient(application.port())) {
                client.head("POST", "/map", TYPE, ANNOUNCED_BYTES).send(begin).send(part);
                Eventually.until("both parts have files", () -> OpenDescriptors.filesBelow(temporary) >= 2);
                client.reset();
            }
        }
        Eventually.until("connections and files are closed", () -> OpenDescriptors.count() <= descriptors);
        assertThat(uploads.calls).hasValue(before);
    }

    @Test
    @Tag("S3")
    void noBufferIsLostWhereverAnUploadEnds() throws Exception {
        int descriptors = OpenDescriptors.count();
        int before = uploads.calls.get();
        byte[] whole = new MultipartBody()
                .part("name=\"field\"", new byte[50])
                .file("small", new byte[100])
                .file("large", new byte[400_000])
                .file("last", new byte[10])
                .complete();
        List<Integer> ends = Stream.concat(
                        // in and around the first parts' headers and boundaries, each byte
                        Stream.iterate(1, i -> i < 700, i -> i + 7),
                        Stream.of(5_000, 262_000, 263_000, 300_000, 400_500, 400_560, 400_620, 400_700))
                .filter(i -> i < whole.length)
                .toList();
        for (boolean reset : new boolean[] {true, false}) {
            for (int end : ends) {
                abort(Arrays.copyOf(whole, end), whole.length, reset);
            }
            for (int missing = 1; missing < 90; missing += 4) {
                abort(Arrays.copyOf(whole, whole.length - missing), whole.length, reset);
            }
        }
        Eventually.until("connections are closed", () -> OpenDescriptors.count() <= descriptors);
        // all boundaries but the last one's end
        assertThat(uploads.calls.get() - before).isLessThanOrEqualTo(2);
    }

    private static void abort(byte[] sent, int announced, boolean reset) throws Exception {
        try (RawClient client = new RawClient(application.port())) {
            client.head("POST", "/map", TYPE, announced).send(sent);
            if (reset) {
                client.reset();
            } else {
                client.shutdownOutput();
            }
        }
    }

    // ---- raw bodies

    @Test
    void aRawBodyThatIsTornIsNoFile() throws Exception {
        int before = uploads.calls.get();
        for (int i = 0; i < 20; i++) {
            Path to = directory.resolve("torn-" + i);
            try (RawClient client = new RawClient(application.port())) {
                client.head("PUT", "/raw?to=" + to, "application/octet-stream", ANNOUNCED_BYTES)
                        .send(new byte[SENT_BYTES]);
                Eventually.until("the file is there", () -> Files.exists(to));
                if (i % 2 == 0) {
                    client.reset();
                } else {
                    client.shutdownOutput();
                }
                Eventually.until("the file is removed", () -> !Files.exists(to));
            }
        }
        assertThat(uploads.calls).hasValue(before);
    }

    @Test
    void aRawBodyIsAFile() throws Exception {
        Path to = directory.resolve("whole");
        byte[] body = new byte[SENT_BYTES];
        new Random(1).nextBytes(body);
        try (RawClient client = new RawClient(application.port())) {
            client.head("PUT", "/raw?to=" + to, "application/octet-stream", body.length)
                    .send(body);
            assertThat(client.status()).isEqualTo(200);
        }
        assertThat(to).hasBinaryContent(body);
    }
}
