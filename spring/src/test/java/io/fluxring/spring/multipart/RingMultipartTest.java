package io.fluxring.spring.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.multipart.UploadApplication.Received;
import io.fluxring.spring.support.BufferLeaks;
import io.fluxring.spring.support.OpenDescriptors;
import io.fluxring.spring.support.RawClient;
import io.fluxring.spring.support.RunningApplication;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Multipart uploads of an application with the starter: what it gets, and what is left of it. */
class RingMultipartTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TYPE = "multipart/form-data; boundary=" + MultipartBody.BOUNDARY;
    private static final int LARGE_BYTES = 3_000_017;
    private static final int LARGE_PIECES = 64;
    private static final long FLAT_BYTES = 12 * 1024 * 1024;

    @TempDir
    static Path temporary;

    @TempDir
    Path directory;

    private static RunningApplication application;

    /** Tasks of Reactor's schedulers, such as those whose threads may block. */
    private final AtomicInteger scheduled = new AtomicInteger();

    private final BufferLeaks leaks = new BufferLeaks();
    private final Random random = new Random(28);

    @BeforeAll
    static void start() {
        application = RunningApplication.of(
                UploadApplication.class,
                "fluxring.mode=required",
                "spring.webflux.multipart.file-storage-directory=" + temporary);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void count() {
        Schedulers.onScheduleHook("counted", task -> {
            scheduled.incrementAndGet();
            return task;
        });
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        Schedulers.resetOnScheduleHook("counted");
        try (leaks) {
            Eventually.until("temporary files are closed", () -> OpenDescriptors.filesBelow(temporary) == 0);
            assertThat(names(temporary)).isEmpty();
            leaks.assertNone();
        }
    }

    private static List<Path> names(Path directory) throws IOException {
        try (Stream<Path> names = Files.list(directory)) {
            return names.toList();
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<Received> post(String uri, byte... body) {
        return posted(uri, body).block(LIMIT);
    }

    private static Mono<List<Received>> posted(String uri, byte... body) {
        return application
                .client()
                .post()
                .uri(uri)
                .contentType(MediaType.parseMediaType(TYPE))
                .bodyValue(body)
                .retrieve()
                .bodyToMono(new ParameterizedTypeReference<>() {});
    }

    // ---- what is received

    @Test
    void receivesFieldsAndFilesOfAnySize() {
        byte[] large = bytes(LARGE_BYTES);
        byte[] limit = bytes(256 * 1024);
        byte[] above = bytes(256 * 1024 + 1);
        byte[] body = new MultipartBody()
                .part("name=\"field\"", "wörld".getBytes(StandardCharsets.UTF_8))
                .file("empty")
                .file("small", (byte) 1)
                .file("limit", limit)
                .file("above", above)
                .file("large", large)
                .complete();
        for (String uri : List.of("/map", "/stream")) {
            List<Received> received = post(uri, body);
            assertThat(received)
                    .extracting(Received::filename)
                    .containsExactlyInAnyOrder(null, "empty", "small", "limit", "above", "large");
            assertThat(received)
                    .filteredOn(each -> each.filename() == null)
                    .extracting(Received::value)
                    .containsExactly("wörld");
            assertThat(digest(received, "limit")).isEqualTo(UploadApplication.digestOf(limit));
            assertThat(digest(received, "above")).isEqualTo(UploadApplication.digestOf(above));
            assertThat(digest(received, "large")).isEqualTo(UploadApplication.digestOf(large));
            assertThat(received).extracting(Received::thread).allMatch(name -> name.matches("reactor-http-ring-\\d"));
        }
        assertThat(scheduled).hasValue(0);
    }

    private static String digest(List<Received> received, String filename) {
        return received.stream()
                .filter(each -> filename.equals(each.filename()))
                .findFirst()
                .orElseThrow()
                .digest();
    }

    @Test
    void namesAreDataAndMayBeMissing() {
        byte[] body = new MultipartBody()
                .file("../../etc/passwd", bytes(10))
                .file("Übergröße 文件.txt", bytes(300_000))
                .part("name=\"blob\"", bytes(20))
                .text("--" + MultipartBody.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"typed\"\r\n"
                        + "Content-Type: application/json\r\n\r\n{}\r\n")
                .complete();
        List<Received> received = post("/stream", body);
        assertThat(received)
                .extracting(Received::filename)
                .containsExactly("../../etc/passwd", "Übergröße 文件.txt", null, null);
        assertThat(received).extracting(Received::name).containsExactly("file", "file", "blob", "typed");
    }

    @Test
    void receivesAThousandSmallParts() {
        MultipartBody body = new MultipartBody();
        for (int i = 0; i < 1000; i++) {
            body.file("part-" + i, bytes(i % 50));
        }
        assertThat(post("/map", body.complete())).hasSize(1000);
    }

    @Test
    void receivesSeveralUploadsAtATime() {
        byte[] large = bytes(LARGE_BYTES);
        byte[] body = new MultipartBody().file("large", large).complete();
        List<List<Received>> all = Flux.range(0, 4)
                .flatMap(i -> posted("/map", body))
                .collectList()
                .block(LIMIT);
        assertThat(all).hasSize(4).allMatch(each -> digest(each, "large").equals(UploadApplication.digestOf(large)));
    }

    /** Each byte that a boundary has is the end of a read once. */
    @Test
    void receivesFromASlowClient() throws Exception {
        byte[] content = bytes(300_000);
        byte[] body =
                new MultipartBody().file("slow", content).file("last", (byte) 7).complete();
        int tail = 400;
        try (RawClient client = new RawClient(application.port())) {
            client.head("POST", "/map", TYPE, body.length);
            client.send(Arrays.copyOf(body, body.length - tail));
            for (int i = body.length - tail; i < body.length; i++) {
                client.send(body[i]);
            }
            assertThat(client.status()).isEqualTo(200);
        }
    }

    @Test
    void aLargeUploadTakesNoMemory() throws Exception {
        byte[] piece = bytes(1024 * 1024);
        byte[] head =
                new MultipartBody().begin("name=\"file\"; filename=\"large\"").soFar();
        byte[] tail = ("\r\n--" + MultipartBody.BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = new RawClient(application.port())) {
            client.head("POST", "/map", TYPE, head.length + (long) LARGE_PIECES * piece.length + tail.length)
                    .send(head);
            long heap = 0;
            long direct = 0;
            for (int i = 1; i <= LARGE_PIECES; i++) {
                client.send(piece);
                if (i == 4) {
                    heap = usedHeap();
                    direct = usedDirect();
                }
            }
            assertThat(usedHeap() - heap).isLessThan(FLAT_BYTES);
            assertThat(usedDirect() - direct).isLessThan(FLAT_BYTES);
            client.send(tail);
            assertThat(client.status()).isEqualTo(200);
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long usedDirect() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    // ---- transfer

    @Test
    void transferMakesAnOrdinaryFile() throws Exception {
        Path plain = Files.createFile(directory.resolve("plain"));
        for (int size : new int[] {100, LARGE_BYTES}) {
            byte[] content = bytes(size);
            Path to = directory.resolve("new-" + size);
            List<Received> received = post(
                    "/transfer?to=" + to, new MultipartBody().file("f", content).complete());
            assertThat(to).hasBinaryContent(content);
            assertThat(received.getFirst().digest()).isEqualTo(UploadApplication.digestOf(content)); // also after it
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(to);
            assertThat(permissions).isEqualTo(Files.getPosixFilePermissions(plain));
        }
    }

    @Test
    void transferReplacesAFileAndALink() throws Exception {
        for (int size : new int[] {100, LARGE_BYTES}) {
            byte[] content = bytes(size);
            Path to = Files.writeString(directory.resolve("old-" + size), "old");
            Path link = Files.createSymbolicLink(directory.resolve("link-" + size), directory.resolve("untouched"));
            byte[] body = new MultipartBody().file("f", content).complete();
            post("/transfer?to=" + to, body);
            post("/transfer?to=" + link, body);
            assertThat(to).hasBinaryContent(content);
            assertThat(link).isRegularFile().hasBinaryContent(content);
            assertThat(directory.resolve("untouched")).doesNotExist();
        }
        assertThat(names(directory))
                .noneMatch(each -> each.getFileName().toString().startsWith("."));
    }

    @Test
    void transferAcrossFileSystems() throws Exception {
        Path other = Files.createTempDirectory(Path.of("/dev/shm"), "fluxring");
        try {
            byte[] content = bytes(LARGE_BYTES);
            Path to = other.resolve("copied");
            byte[] body = new MultipartBody().file("f", content).complete();
            post("/transfer?to=" + to, body);
            assertThat(to).hasBinaryContent(content);
            post("/transfer?to=" + to, body);
            assertThat(to).hasBinaryContent(content);
            assertThat(names(other)).containsExactly(to);
        } finally {
            for (Path each : names(other)) {
                Files.delete(each);
            }
            Files.delete(other);
        }
    }

    @Test
    void transferredTwiceItIsTwoFiles() throws Exception {
        Path to = directory.resolve("one");
        byte[] content = bytes(LARGE_BYTES);
        post("/transfer-twice?to=" + to, new MultipartBody().file("f", content).complete());
        Path second = directory.resolve("one-2");
        assertThat(second).hasBinaryContent(content);
        assertThat(Files.isSameFile(to, second)).isFalse();
    }

    /** As a device would be. */
    @Test
    void transferWritesToAPipeAndLeavesIt() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (int size : new int[] {100, LARGE_BYTES}) {
            byte[] content = bytes(size);
            Process reader = new ProcessBuilder("cat", pipe.toString())
                    .redirectOutput(directory.resolve("read").toFile())
                    .start();
            try (FileChannel opened = FileChannel.open(pipe, StandardOpenOption.WRITE)) { // when it is read
                assertThat(opened.isOpen()).isTrue();
                post(
                        "/transfer?to=" + pipe,
                        new MultipartBody().file("f", content).complete());
            }
            assertThat(reader.waitFor()).isZero();
            assertThat(directory.resolve("read")).hasBinaryContent(content);
            assertThat(Files.isRegularFile(pipe)).isFalse();
        }
    }

    @Test
    void transferToWhatCanNotBeAFileFails() throws Exception {
        Path taken = Files.createDirectory(directory.resolve("directory"));
        for (Path to : List.of(taken, directory.resolve("missing/file"))) {
            for (int size : new int[] {100, LARGE_BYTES}) {
                byte[] body = new MultipartBody().file("f", bytes(size)).complete();
                try (RawClient client = new RawClient(application.port())) {
                    client.head("POST", "/transfer?to=" + to, TYPE, body.length).send(body);
                    assertThat(client.status()).isEqualTo(500);
                }
            }
        }
        assertThat(names(directory)).containsExactly(taken);
    }
}
