package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.spring.support.RunningApplication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Downloads by each protocol, with the JDK's client: the same bytes, whatever is between the file and the socket. */
class DownloadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LARGE = 6_000_000;

    @TempDir
    static Path directory;

    private static RunningApplication plain;
    private static RunningApplication secure;
    private static SSLContext trusting;
    private static byte[] large;
    private static byte[] text;

    /** What is between client and file. */
    enum Way {
        HTTP_1(false, Version.HTTP_1_1),
        H2C(false, Version.HTTP_2),
        TLS(true, Version.HTTP_1_1),
        H2(true, Version.HTTP_2);

        final boolean isSecure;
        final Version version;

        Way(boolean isSecure, Version version) {
            this.isSecure = isSecure;
            this.version = version;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        large = write("large.bin", LARGE);
        text = Files.readAllBytes(Files.writeString(directory.resolve("long.txt"), "fluxring\n".repeat(200_000)));
        write("shrinking.bin", 40_000_000);
        Path keys = directory.resolve("keys.p12");
        makeKeys(keys);
        trusting = trusting(keys);
        String[] common = {
            "server.http2.enabled=true",
            "server.compression.enabled=true",
            "server.compression.mime-types=text/plain",
            "server.netty.h2c-max-content-length=64KB"
        };
        plain = RunningApplication.of(FilesApplication.class, FilesApplication.properties(directory, common));
        List<String> withKeys = new ArrayList<>(List.of(common));
        withKeys.add("server.ssl.key-store=" + keys);
        withKeys.add("server.ssl.key-store-password=changeit");
        secure = RunningApplication.of(
                FilesApplication.class, FilesApplication.properties(directory, withKeys.toArray(String[]::new)));
    }

    @AfterAll
    static void stop() {
        plain.close();
        secure.close();
    }

    private static byte[] write(String name, int count) throws IOException {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return Files.readAllBytes(Files.write(directory.resolve(name), bytes));
    }

    private static void makeKeys(Path file) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder((keytool
                                + " -genkeypair -alias a -keyalg EC -dname CN=localhost -ext san=ip:127.0.0.1"
                                + " -validity 3 -storetype PKCS12 -storepass changeit -keystore " + file)
                        .split(" "))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
    }

    private static SSLContext trusting(Path keys) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(keys.toFile(), "changeit".toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpClient client(Way way) {
        return HttpClient.newBuilder()
                .version(way.version)
                .sslContext(trusting)
                .connectTimeout(LIMIT)
                .build();
    }

    private static HttpRequest request(Way way, String path, String... headers) {
        String url =
                (way.isSecure ? "https" : "http") + "://127.0.0.1:" + (way.isSecure ? secure : plain).port() + path;
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).GET();
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    private static byte[] bytes(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream in = answer.body()) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void wholeAndParts(Way way) throws Exception {
        try (HttpClient client = client(way)) {
            for (String place : new String[] {"/resource", "/static"}) {
                HttpResponse<byte[]> whole =
                        client.send(request(way, place + "/large.bin"), BodyHandlers.ofByteArray());
                assertThat(whole.body()).isEqualTo(large);
                assertThat(whole.version()).isEqualTo(way.version);
                HttpResponse<byte[]> part = client.send(
                        request(way, place + "/large.bin", "Range", "bytes=1000001-5000000"),
                        BodyHandlers.ofByteArray());
                assertThat(part.statusCode()).isEqualTo(206);
                assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 1_000_001, 5_000_001));
                HttpResponse<byte[]> none = client.send(
                        request(way, place + "/large.bin", "Range", "bytes=6000000-"), BodyHandlers.ofByteArray());
                assertThat(none.statusCode()).isEqualTo(416);
                assertThat(none.headers().firstValue("content-range")).contains("bytes */6000000");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void compressed(Way way) throws Exception {
        try (HttpClient client = client(way)) {
            HttpResponse<byte[]> answer = client.send(
                    request(way, "/resource/long.txt", "Accept-Encoding", "gzip"), BodyHandlers.ofByteArray());
            assertThat(answer.headers().firstValue("content-encoding")).contains("gzip");
            assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                    .isEqualTo(text);
            HttpResponse<byte[]> part = client.send(
                    request(way, "/resource/long.txt", "Accept-Encoding", "gzip", "Range", "bytes=5-1000004"),
                    BodyHandlers.ofByteArray());
            assertThat(part.headers().firstValue("content-encoding")).isEmpty();
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(text, 5, 1_000_005));
            assertThat(client.send(
                                    request(way, "/resource/long.txt", "Accept-Encoding", "gzip"),
                                    BodyHandlers.ofByteArray())
                            .headers()
                            .firstValue("content-encoding"))
                    .as("of the next answer on the connection")
                    .contains("gzip");
        }
    }

    /** Several streams of one connection share its windows. */
    @ParameterizedTest
    @EnumSource
    void manyAtATime(Way way) throws Exception {
        try (HttpClient client = client(way)) {
            client.send(request(way, "/resource/long.txt"), BodyHandlers.discarding()); // settles the version
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                all.add(client.sendAsync(
                        request(way, "/resource/large.bin", "Range", "bytes=" + i * 1000 + "-"),
                        BodyHandlers.ofByteArray()));
            }
            for (int i = 0; i < all.size(); i++) {
                byte[] body =
                        all.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS).body();
                assertThat(Arrays.equals(body, Arrays.copyOfRange(large, i * 1000, LARGE)))
                        .isTrue();
            }
        }
    }

    /** The JDK's client waits for the rest of a body without a limit. */
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aFileThatShrinksIsAnError(Way way) throws Exception {
        Path file = Files.copy(directory.resolve("shrinking.bin"), directory.resolve("shrinking-" + way));
        try (HttpClient client = client(way)) {
            HttpResponse<InputStream> answer =
                    client.send(request(way, "/resource/" + file.getFileName()), BodyHandlers.ofInputStream());
            assertThat(answer.body().readNBytes(1000)).hasSize(1000);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(10_000);
            }
            assertThatThrownBy(() -> bytes(answer)).isInstanceOf(IOException.class);
            assertThat(client.send(request(way, "/resource/large.bin"), BodyHandlers.ofByteArray())
                            .body())
                    .as("the next one")
                    .isEqualTo(large);
        }
    }

    @Test
    void randomParts() throws Exception {
        Random random = new Random(5);
        for (Way way : Way.values()) {
            try (HttpClient client = client(way)) {
                for (int i = 0; i < 20; i++) {
                    int first = random.nextInt(LARGE);
                    int last = Math.min(LARGE - 1, first + random.nextInt(300_000));
                    byte[] part = client.send(
                                    request(way, "/static/large.bin", "Range", "bytes=" + first + "-" + last),
                                    BodyHandlers.ofByteArray())
                            .body();
                    assertThat(Arrays.equals(part, Arrays.copyOfRange(large, first, last + 1)))
                            .as("%s %d-%d", way, first, last)
                            .isTrue();
                }
            }
        }
    }
}
