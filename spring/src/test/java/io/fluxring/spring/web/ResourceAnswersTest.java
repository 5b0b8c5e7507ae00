package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.OpenDescriptors;
import io.fluxring.spring.support.RawClient;
import io.fluxring.spring.support.RawClient.Answer;
import io.fluxring.spring.support.RunningApplication;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Files by a functional route, {@code /files}, and as static resources, {@code /static}; each header is read as it comes. */
class ResourceAnswersTest {
    private static final String MODIFIED = "Sun, 01 Nov 2026 10:00:00 GMT";
    private static final byte[] THOUSAND = bytes(1000);

    @TempDir
    static Path folder;

    private static RunningApplication application;
    private RawClient client;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET("/files/{name}", request -> file(request, ServerResponse.ok()))
                    .HEAD("/files/{name}", request -> file(request, ServerResponse.ok()))
                    .GET(
                            "/tagged/{name}",
                            request -> file(request, ServerResponse.ok().eTag("\"one\"")))
                    .GET("/gone/{name}", request -> file(request, ServerResponse.status(HttpStatus.GONE)))
                    .GET("/proc", request -> ServerResponse.ok().bodyValue(new FileSystemResource("/proc/self/maps")))
                    .build();
        }

        private static Mono<ServerResponse> file(ServerRequest request, ServerResponse.BodyBuilder answer) {
            return answer.bodyValue(new FileSystemResource(folder.resolve(request.pathVariable("name"))));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        write("thousand.txt", THOUSAND);
        write("empty.txt", new byte[0]);
        write("large.bin", bytes(5_000_000));
        application = RunningApplication.of(
                Application.class,
                "spring.web.resources.static-locations=file:" + folder + "/",
                "spring.webflux.static-path-pattern=/static/**");
    }

    private static void write(String name, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-01T10:00:00.5Z")));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = new RawClient(application.port());
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files", "/static"})
    void whole(String place) throws IOException {
        Answer answer = client.get(place + "/thousand.txt");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(THOUSAND);
        assertThat(answer.headers())
                .containsEntry("content-length", "1000")
                .containsEntry("content-type", "text/plain")
                .containsEntry("accept-ranges", "bytes")
                .containsEntry("last-modified", MODIFIED);
        assertThat(client.get(place + "/large.bin").body()).isEqualTo(bytes(5_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files", "/static"})
    void head(String place) throws IOException {
        Answer answer = client.ask("HEAD", place + "/thousand.txt", "Range: bytes=0-1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-length", "1000")
                .containsEntry("content-type", "text/plain")
                .containsEntry("accept-ranges", "bytes");
        assertThat(client.get(place + "/thousand.txt").body()).isEqualTo(THOUSAND);
    }

    @ParameterizedTest
    @CsvSource({"0-0,0,0", "0-99,0,99", "999-,999,999", "-1,999,999", "-5000,0,999", "500-5000,500,999", "0-,0,999"})
    void oneRange(String range, int first, int last) throws IOException {
        for (String place : new String[] {"/files", "/static"}) {
            Answer answer = client.get(place + "/thousand.txt", "Range: bytes=" + range);
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.header("content-range")).isEqualTo("bytes " + first + "-" + last + "/1000");
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(THOUSAND, first, last + 1));
        }
    }

    /** S1, spring-framework#35536: behind the end, and written wrongly. */
    @ParameterizedTest
    @ValueSource(strings = {"2000-5000", "1000-", "5-2", "x-y", "-0"})
    void s1ARangeThatCantBeSatisfied(String range) throws IOException {
        for (String place : new String[] {"/files", "/static"}) {
            Answer answer = client.get(place + "/thousand.txt", "Range: bytes=" + range);
            assertThat(answer.status()).isEqualTo(416);
            assertThat(answer.header("content-range")).isEqualTo("bytes */1000");
            assertThat(answer.body()).isEmpty();
            assertThat(client.get(place + "/thousand.txt").body())
                    .as("the next answer")
                    .isEqualTo(THOUSAND);
        }
    }

    @Test
    void severalRanges() throws IOException {
        Answer answer = client.get("/files/thousand.txt", "Range: bytes=0-9,900-909,-5,3000-");
        assertThat(answer.status()).isEqualTo(206);
        String type = answer.header("content-type");
        assertThat(type).startsWith("multipart/byteranges;boundary=");
        String boundary = "--" + type.substring(type.indexOf('=') + 1);
        String expected = Stream.of(new int[] {0, 10}, new int[] {900, 1000})
                .map(part -> "\r\n" + boundary + "\r\nContent-Type: text/plain\r\nContent-Range: bytes " + part[0] + "-"
                        + (part[1] - 1) + "/1000\r\n\r\n" + text(Arrays.copyOfRange(THOUSAND, part[0], part[1])))
                .reduce("", String::concat);
        assertThat(answer.text())
                .as("those near each other are one")
                .isEqualTo(expected + "\r\n" + boundary + "--\r\n");
        assertThat(client.get("/files/thousand.txt").status()).isEqualTo(200);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void overlappingRangesAreSentOnce() throws IOException {
        String ranges = "0-,".repeat(50) + "0-";
        Answer answer = client.get("/files/thousand.txt", "Range: bytes=" + ranges);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(THOUSAND);
        assertThat(client.get("/files/thousand.txt", "Range: bytes=" + "0-1,".repeat(200) + "0-1")
                        .status())
                .isEqualTo(416);
        assertThat(client.get("/files/thousand.txt", "Range: lines=1-2").status())
                .as("an unknown unit is ignored")
                .isEqualTo(200);
    }

    @Test
    void emptyFiles() throws IOException {
        for (String place : new String[] {"/files", "/static"}) {
            assertThat(client.get(place + "/empty.txt").headers()).containsEntry("content-length", "0");
            assertThat(client.get(place + "/empty.txt", "Range: bytes=0-").status())
                    .isEqualTo(416);
            assertThat(client.get(place + "/empty.txt", "Range: bytes=-5").status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Modified-Since: Sun, 01 Nov 2026 10:00:00 GMT | 304",
                "If-Modified-Since: Sun, 01 Nov 2026 09:59:59 GMT | 200",
                "If-Modified-Since: yesterday | 200",
                "If-Unmodified-Since: Sun, 01 Nov 2026 10:00:00 GMT | 200",
                "If-Unmodified-Since: Sun, 01 Nov 2026 09:59:59 GMT | 412",
                "If-None-Match: \"one\" | 304",
                "If-None-Match: W/\"one\" | 304",
                "If-None-Match: \"two\", \"one\" | 304",
                "If-None-Match: * | 304",
                "If-None-Match: \"two\" | 200",
                "If-Match: \"one\" | 200",
                "If-Match: W/\"one\" | 412",
                "If-Match: \"two\" | 412"
            })
    void conditions(String header, int status) throws IOException {
        Answer answer = client.get("/tagged/thousand.txt", header.strip());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).hasSize(status == 200 ? 1000 : 0);
        assertThat(client.get("/tagged/thousand.txt").body()).isEqualTo(THOUSAND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 01 Nov 2026 10:00:00 GMT | 206",
                "Sun, 01 Nov 2026 10:00:01 GMT | 200",
                "\"one\" | 206",
                "W/\"one\" | 200",
                "\"two\" | 200",
                "nonsense | 200"
            })
    void ifRange(String condition, int status) throws IOException {
        Answer answer = client.get("/tagged/thousand.txt", "Range: bytes=1-2", "If-Range: " + condition);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void anotherStatusHasNoRanges() throws IOException {
        Answer answer = client.get("/gone/thousand.txt", "Range: bytes=1-2", "If-None-Match: *");
        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.body()).isEqualTo(THOUSAND);
    }

    /** The file system says that its size is 0. */
    @Test
    void aSizeThatIsALie() throws IOException {
        Answer answer = client.get("/proc", "Range: bytes=0-1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isNull();
        assertThat(answer.text()).contains("[stack]");
    }

    @Test
    void whatIsNotThere() throws IOException {
        assertThat(client.get("/files/missing").status()).isEqualTo(500);
        assertThat(client.get("/static/missing").status()).isEqualTo(404);
        Files.createDirectories(folder.resolve("directory"));
        assertThat(client.get("/files/directory").status()).isEqualTo(500);
    }

    /** The client sees a connection that ends, and not a shorter file. */
    @Test
    void aFileThatShrinks() throws IOException {
        write("shrinking.bin", new byte[80_000_000]);
        client.send("GET", "/files/shrinking.bin");
        assertThat(client.in().readNBytes(100_000)).hasSize(100_000);
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("shrinking.bin").toFile(), "rw")) {
            file.setLength(50_000_000);
        }
        long rest = client.in().transferTo(OutputStream.nullOutputStream());
        assertThat(rest).isLessThan(79_000_000);
        assertThatThrownBy(() -> client.get("/files/thousand.txt"))
                .isInstanceOfAny(EOFException.class, IOException.class);
    }

    @Test
    void aCancelClosesTheFile() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawClient leaving = new RawClient(application.port())) {
                leaving.send("GET", "/files/large.bin");
                leaving.in().readNBytes(1000);
            }
        }
        Eventually.until("files are closed", () -> OpenDescriptors.filesBelow(folder) == 0);
    }

    @Test
    void randomRanges() throws IOException {
        byte[] large = bytes(5_000_000);
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            int first = random.nextInt(large.length);
            int last = first + random.nextInt(large.length - first);
            Answer answer = client.get("/files/large.bin", "Range: bytes=" + first + "-" + last);
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(large, first, last + 1));
        }
    }
}
