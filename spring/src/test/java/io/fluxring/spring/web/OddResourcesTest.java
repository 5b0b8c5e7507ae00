package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.spring.support.RawClient;
import io.fluxring.spring.support.RawClient.Answer;
import io.fluxring.spring.support.RunningApplication;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not as their attributes say, answers that something else works on, and handlers with wishes of their own. */
class OddResourcesTest {
    private static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    static Path directory;

    private static RunningApplication application;

    @BeforeAll
    static void start() {
        application = RunningApplication.of(
                FilesApplication.class,
                FilesApplication.properties(
                        directory,
                        "server.compression.enabled=true",
                        "server.compression.mime-types=text/plain",
                        "spring.web.resources.chain.enabled=true",
                        "spring.web.resources.chain.compressed=true",
                        "spring.web.resources.cache.cachecontrol.max-age=3600"));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static byte[] write(String name, int count) throws IOException {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return write(name, bytes);
    }

    private static byte[] write(String name, byte... bytes) throws IOException {
        Path file = Files.write(directory.resolve(name), bytes);
        Files.setLastModifiedTime(file, FileTime.from(WRITTEN));
        return bytes;
    }

    private static Answer get(String path, String... headers) throws IOException {
        try (RawClient client = new RawClient(application.port())) {
            return client.get(path, headers);
        }
    }

    private static byte[] unzipped(byte... bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    /** A filter that gathers a body does not release what it has: the file must not wait for that. */
    @Test
    void aBodyThatIsJoinedByAFilter() throws IOException {
        byte[] bytes = write("joined.bin", 8_000_000);
        assertThat(get("/joined/joined.bin").body()).isEqualTo(bytes);
    }

    /** Files of sysfs are said to be a page long. */
    @Test
    void aFileThatIsShorterThanItsSize() throws IOException {
        Path file = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        assumeTrue(Files.isReadable(file) && Files.size(file) == 4096, "no such file here");
        Answer answer = get("/any?path=" + file);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(Files.readString(file));
    }

    /** No header of a file's may stand in an answer that is an error. */
    @Test
    void aFileThatCantBeRead() throws IOException {
        Answer answer = get("/any?path=/proc/self/mem");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("\"status\":500").doesNotContain("/proc/self/mem");
        assertThat(answer.headers())
                .doesNotContainKeys("last-modified", "accept-ranges", "cache-control", "etag", "content-range");
    }

    @Test
    void aDirectoryOrNothing() throws IOException {
        for (String path : new String[] {directory.toString(), directory + "/nothing"}) {
            Answer answer = get("/any?path=" + path);
            assertThat(answer.status()).isIn(404, 500);
            assertThat(answer.text()).contains("\"status\":").doesNotContain(directory.toString());
            assertThat(answer.headers()).doesNotContainKeys("last-modified", "accept-ranges", "cache-control");
        }
    }

    @Test
    void aFileThatGrows() throws IOException {
        byte[] bytes = write("growing.bin", 30_000_000);
        try (RawClient client = new RawClient(application.port())) {
            client.send("GET", "/resource/growing.bin");
            byte[] some = client.in().readNBytes(1_000);
            Files.write(directory.resolve("growing.bin"), new byte[5_000_000], StandardOpenOption.APPEND);
            String head = new String(some, StandardCharsets.ISO_8859_1);
            int headBytes = head.indexOf("\r\n\r\n") + 4;
            assertThat(head).contains("30000000");
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.write(some, headBytes, some.length - headBytes);
            body.write(client.in().readNBytes(bytes.length - body.size()));
            assertThat(body.toByteArray()).isEqualTo(bytes);
            assertThat(client.get("/resource/growing.bin", "Range: bytes=30000000-30000004")
                            .body())
                    .isEqualTo(new byte[5]);
        }
    }

    /** A range of a file is not a range of its compressed form. */
    @Test
    void aPartIsNotCompressed() throws IOException {
        byte[] bytes = write("long.txt", "fluxring ".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        Answer whole = get("/resource/long.txt", "Accept-Encoding: gzip");
        assertThat(whole.header("content-encoding")).isEqualTo("gzip");
        assertThat(unzipped(whole.body())).isEqualTo(bytes);
        Answer part = get("/resource/long.txt", "Accept-Encoding: gzip", "Range: bytes=9-200000");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("content-encoding")).isNull();
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 9, 200_001));
        assertThat(part.header("content-length")).isEqualTo("199992");
    }

    /** The precompressed file stands beside the plain one. */
    @Test
    void anEncodedResource() throws IOException {
        byte[] plain = write("page.html", "<p>fluxring</p>".repeat(100).getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(plain);
        }
        write("page.html.gz", zipped.toByteArray());
        Answer encoded = get("/static/page.html", "Accept-Encoding: gzip");
        assertThat(encoded.headers())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("content-type", "text/html")
                .containsEntry("content-length", String.valueOf(zipped.size()));
        assertThat(encoded.body()).isEqualTo(zipped.toByteArray());
        assertThat(get("/static/page.html").body()).isEqualTo(plain);
        Answer refused = get("/static/page.html", "Accept-Encoding: gzip", "Range: bytes=100000-");
        assertThat(refused.status()).isEqualTo(416);
        assertThat(refused.header("content-range")).isEqualTo("bytes */" + zipped.size());
    }

    /** Within a second a file may be written again, and have the same date with other bytes (RFC 9110, section 8.8.2.2). */
    @Test
    void aDateOfNowIsNoStrongValidator() throws IOException {
        Path file = Files.write(directory.resolve("new.bin"), new byte[100]);
        Instant future = Instant.now().plusSeconds(3600);
        Files.setLastModifiedTime(file, FileTime.from(future)); // as good as now, and it stays so
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(future.atOffset(ZoneOffset.UTC));
        assertThat(get("/resource/new.bin", "Range: bytes=0-1", "If-Range: " + date)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void headOfAFunctionalRoute() throws IOException {
        write("functional.txt", 1000);
        try (RawClient client = new RawClient(application.port())) {
            Answer head = client.ask("HEAD", "/functional/functional.txt");
            Answer get = client.get("/functional/functional.txt");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("content-length")).isEqualTo("1000").isEqualTo(get.header("content-length"));
            assertThat(client.get("/functional/functional.txt", "Range: bytes=-1")
                            .body())
                    .hasSize(1);
        }
    }

    /** Which framework writes it is seen by the header that only the ring's writer sets for a handler that has none. */
    private static boolean isByTheRing(RunningApplication other, String path) throws IOException {
        try (RawClient client = new RawClient(other.port())) {
            return client.get(path).header("last-modified") != null;
        }
    }

    @Test
    void stepsAside() throws IOException {
        write("aside.bin", 100);
        assertThat(isByTheRing(application, "/resource/aside.bin")).isTrue();
        for (String property : new String[] {"fluxring.files.enabled=false", "fluxring.mode=off"}) {
            try (RunningApplication other =
                    RunningApplication.of(FilesApplication.class, FilesApplication.properties(directory, property))) {
                assertThat(isByTheRing(other, "/resource/aside.bin"))
                        .as(property)
                        .isFalse();
                assertThat(get("/resource/aside.bin").body()).hasSize(100);
            }
        }
    }

    /** An application that does not want dates to be told. */
    @Test
    void withoutDates() throws IOException {
        write("dateless.bin", 100);
        try (RunningApplication other = RunningApplication.of(
                FilesApplication.class,
                FilesApplication.properties(directory, "spring.web.resources.cache.use-last-modified=false"))) {
            assertThat(isByTheRing(other, "/static/dateless.bin")).isFalse();
        }
    }
}
