package io.fluxring.samples.webflux;

import static io.fluxring.samples.webflux.RunningFileDrop.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.util.UriUtils;

/** Each endpoint of the files, and the names that there are and are not. */
class FilesTest extends OnBothTransports {
    @TempDir
    private Path elsewhere;

    FilesTest(String mode) {
        super(mode);
    }

    private static URI uri(String name) {
        return drop.uri("/files/" + UriUtils.encode(name, StandardCharsets.UTF_8));
    }

    private static Answer put(String name, byte[] content) {
        return Answer.to(drop.test().put().uri(uri(name)).bodyValue(content));
    }

    private static Answer get(String name) {
        return Answer.to(drop.test().get().uri(uri(name)));
    }

    private static Answer get(String name, String header, String value) {
        RequestHeadersSpec<?> request = drop.test().get().uri(uri(name));
        return Answer.to(request.header(header, value));
    }

    private static Answer delete(String name) {
        return Answer.to(drop.test().delete().uri(uri(name)));
    }

    private static List<StoredFile> list() {
        return Answer.to(drop.test().get().uri("/files")).files();
    }

    private static Answer post(String field, String... names) {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        for (String name : names) {
            form.part(field, new ByteArrayResource(("content of " + name).getBytes(StandardCharsets.UTF_8)))
                    .filename(name);
        }
        return post(form);
    }

    private static Answer post(MultipartBodyBuilder form) {
        return Answer.to(drop.test().post().uri("/files").body(BodyInserters.fromMultipartData(form.build())));
    }

    @Test
    void upAndDownAndAway() {
        byte[] content = random(3_000_000);
        Answer created = put("a file.bin", content);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers().getLocation()).isEqualTo(URI.create("/files/a%20file.bin"));
        assertThat(created.file().name()).isEqualTo("a file.bin");
        assertThat(created.file().size()).isEqualTo(3_000_000);

        Answer got = get("a file.bin");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.headers().getContentLength()).isEqualTo(3_000_000);
        assertThat(got.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(got.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(got.body()).isEqualTo(content);

        assertThat(put("a file.bin", new byte[0]).status()).isEqualTo(200);
        assertThat(get("a file.bin").body()).isEmpty();
        assertThat(delete("a file.bin").status()).isEqualTo(204);
        assertThat(delete("a file.bin").status()).isEqualTo(404);
        assertThat(get("a file.bin").status()).isEqualTo(404);
        assertThat(drop.names()).isEmpty();
    }

    @Test
    void aFormWithSeveralFiles() {
        Answer created = post("file", "one.txt", "zwei \u00fc.txt");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.files()).extracting(StoredFile::name).containsExactly("one.txt", "zwei \u00fc.txt");
        assertThat(created.files()).extracting(StoredFile::size).containsExactly(18L, 22L);
        assertThat(drop.names()).containsExactly("one.txt", "zwei \u00fc.txt");
        assertThat(drop.folder().resolve("one.txt")).hasContent("content of one.txt");
        assertThat(post("file", "one.txt").status()).isEqualTo(201);
        assertThat(post("other", "two.txt").status()).isEqualTo(400);
        assertThat(drop.names()).hasSize(2);
    }

    @Test
    void aFieldThatIsNoFile() {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", "text");
        assertThat(post(form).status()).isEqualTo(400);
    }

    @Test
    void theList() throws IOException {
        for (String name : List.of("b", "a", "c")) {
            assertThat(put(name, random(10)).status()).isEqualTo(201);
        }
        Files.writeString(drop.folder().resolve(".hidden"), "");
        assertThat(list()).extracting(StoredFile::name).containsExactly("a", "b", "c");
        assertThat(list().getFirst().size()).isEqualTo(10);
        assertThat(list().getFirst().modified())
                .isEqualTo(Files.getLastModifiedTime(drop.folder().resolve("a")).toInstant());
    }

    @Test
    void ranges() {
        byte[] content = random(100_000);
        put("r", content);
        Answer part = get("r", "Range", "bytes=500-999");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes 500-999/100000");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 500, 1000));
        assertThat(get("r", "Range", "bytes=-3").body()).isEqualTo(Arrays.copyOfRange(content, 99_997, 100_000));
        Answer head = Answer.to(drop.test().head().uri(uri("r")));
        assertThat(head.headers().getContentLength()).isEqualTo(100_000);
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        put("known.txt", random(100));
        Answer first = get("known.txt");
        assertThat(first.header("Content-Type")).isEqualTo("text/plain");
        assertThat(get("known.txt", "If-None-Match", first.header("ETag")).status())
                .isEqualTo(304);
        assertThat(get("known.txt", "If-Modified-Since", first.header("Last-Modified"))
                        .status())
                .isEqualTo(304);
        put("known.txt", random(101));
        assertThat(get("known.txt", "If-None-Match", first.header("ETag")).status())
                .isEqualTo(200);
    }

    @Test
    void oddNames() {
        List<String> names = List.of(
                "with space",
                "100%",
                "a;b=c",
                "a+b",
                "q?x#y&z",
                "quote\"s'",
                "back\\slash",
                "a..",
                "\u00fcml\u00e4ut.t\u00e4xt",
                "\ud83c\udf89",
                "n".repeat(255));
        for (String name : names) {
            byte[] content = name.getBytes(StandardCharsets.UTF_8);
            assertThat(put(name, content).status()).as(name).isEqualTo(201);
            assertThat(drop.names()).containsExactly(name);
            assertThat(list()).extracting(StoredFile::name).containsExactly(name);
            Answer got = get(name);
            assertThat(got.body()).isEqualTo(content);
            ContentDisposition disposition = got.headers().getContentDisposition();
            assertThat(disposition.isAttachment()).isTrue();
            assertThat(disposition.getFilename()).isEqualTo(name);
            assertThat(delete(name).status()).isEqualTo(204);
        }
    }

    @Test
    void namesThatLeadElsewhere() throws IOException {
        List<String> bad = List.of(
                "..%2Fx",
                "%2e%2e",
                "%2e%2e%2fx",
                "%2Fetc%2Fpasswd",
                "a%2Fb",
                ".hidden",
                ".fluxring-0123456789abcdef",
                "a%00b",
                "a%0Ab",
                "a%7Fb",
                "n".repeat(256),
                "%C3%BC".repeat(128));
        for (String name : bad) {
            for (String method : List.of("GET", "DELETE", "PUT")) {
                assertThat(send(method, name)).as(method + " " + name).startsWith("HTTP/1.1 400 ");
            }
        }
        assertThat(send("PUT", "../x")).doesNotStartWith("HTTP/1.1 2");
        assertThat(drop.names()).isEmpty();
        assertThat(drop.folder().resolveSibling("x")).doesNotExist();
    }

    private static String send(String method, String name) throws IOException {
        return drop.exchange(
                method + " /files/" + name + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
    }

    /** None of a form's files is stored when one of them can't be. */
    @Test
    void namesOfFormsThatLeadElsewhere() {
        for (String name : List.of("../x", "/etc/x", "..", ".x", "n".repeat(256))) {
            assertThat(post("file", "good", name).status()).as(name).isEqualTo(400);
        }
        assertThat(drop.names()).isEmpty();
        assertThat(drop.folder().resolveSibling("x")).doesNotExist();
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Path secret = Files.writeString(elsewhere.resolve("secret"), "secret");
        Files.createSymbolicLink(drop.folder().resolve("link"), secret);
        assertThat(get("link").status()).isEqualTo(404);
        assertThat(delete("link").status()).isEqualTo(404);
        assertThat(list()).isEmpty();
        assertThat(put("link", random(10)).status()).isIn(200, 201);
        assertThat(drop.folder().resolve("link")).isRegularFile().hasSize(10);
        assertThat(secret).hasContent("secret");
    }

    @Test
    void aFolderIsNoFile() throws IOException {
        Files.createDirectory(drop.folder().resolve("folder"));
        assertThat(get("folder").status()).isEqualTo(404);
        assertThat(delete("folder").status()).isEqualTo(404);
        assertThat(put("folder", random(10)).status()).isEqualTo(409);
        assertThat(post("file", "folder").status()).isEqualTo(409);
        assertThat(drop.names()).containsExactly("folder");
    }
}
