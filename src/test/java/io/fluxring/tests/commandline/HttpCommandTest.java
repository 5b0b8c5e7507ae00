package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/run http}: what it serves on which transport, how it stops, how it refuses. */
class HttpCommandTest {
    private static final Path SCRIPT =
            Path.of("../../samples/run").toAbsolutePath().normalize();

    private static final int LARGE = 3_000_000;

    @TempDir
    private Path folder;

    private static ChildJvm http(String... options) throws IOException {
        return ChildJvm.start(
                Launcher.class,
                Stream.concat(Stream.of("http"), Arrays.stream(options)).toArray(String[]::new));
    }

    private static int port(ChildJvm server) {
        String line = server.awaitOutput("listening on ");
        assertThat(line).matches("listening on 127\\.0\\.0\\.1:\\d+");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /** What logging libraries on the class path of the tests have to say about themselves is not meant. */
    private static List<String> complaints(ChildJvm server) {
        return server.errors().stream()
                .filter(line -> !line.startsWith("SLF4J"))
                .toList();
    }

    private static void stop(ChildJvm server) {
        assertThat(server.terminate().awaitExit()).isEqualTo(128 + 15); // what a JVM makes of the signal
        assertThat(server.output()).hasSize(1);
        assertThat(complaints(server)).isEmpty();
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }

    @ParameterizedTest
    @CsvSource({
        "nio,,HTTP_1_1",
        "ring,,HTTP_1_1",
        "nio,--h2,HTTP_2",
        "ring,--h2,HTTP_2",
        "nio,--tls,HTTP_1_1",
        "ring,--tls,HTTP_1_1",
        "nio,--tls --h2,HTTP_2",
        "ring,--tls --h2,HTTP_2",
        "epoll,,HTTP_1_1",
        "io_uring,,HTTP_1_1"
    })
    void servesEverything(String transport, String switches, Version version) throws Exception {
        assumeTrue(isSupported(transport), transport + " needs x86-64, for which alone the samples have its library");
        List<String> options = new ArrayList<>(List.of("--port", "0", "--transport", transport));
        options.addAll(List.of("--files", folder.toString()));
        if (switches != null) {
            options.addAll(List.of(switches.split(" ")));
        }
        try (ChildJvm server = http(options.toArray(String[]::new))) {
            try (Browser browser = new Browser(port(server), options.contains("--tls"), version)) {
                texts(browser);
                echo(browser);
                files(browser);
                events(browser);
                browser.webSocketEchoes(random(40_000));
            }
            stop(server);
        }
    }

    private static boolean isSupported(String transport) {
        return transport.equals("nio")
                || transport.equals("ring")
                || System.getProperty("os.arch").equals("amd64");
    }

    private static void texts(Browser browser) throws Exception {
        for (int i = 0; i < 3; i++) { // the first makes the connection, and an HTTP/2 one of it
            HttpResponse<String> text = browser.get("/plaintext", BodyHandlers.ofString());
            assertThat(text.statusCode()).isEqualTo(200);
            assertThat(text.body()).isEqualTo("Hello, World!");
            assertThat(text.headers().firstValue("content-type")).hasValue("text/plain");
            assertThat(text.version()).isEqualTo(browser.version());
        }
        HttpResponse<String> json = browser.get("/json", BodyHandlers.ofString());
        assertThat(json.body()).isEqualTo("{\"message\":\"Hello, World!\"}");
        assertThat(json.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(browser.get("/", BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    private static void echo(Browser browser) throws Exception {
        byte[] body = random(LARGE);
        HttpResponse<byte[]> echo = browser.post("/echo", body);
        assertThat(echo.statusCode()).isEqualTo(200);
        assertThat(echo.body()).isEqualTo(body);
        assertThat(browser.post("/echo", new byte[0]).body()).isEmpty();
    }

    /** Those in the folder, and none outside of it, whatever leads there. */
    private void files(Browser browser) throws Exception {
        byte[] large = random(LARGE);
        Files.write(folder.resolve("large"), large);
        Files.writeString(folder.resolve("a name with 100%"), "short");
        Files.createFile(folder.resolve("empty"));
        Path outside = Files.createTempFile("outside", ".txt");
        Files.createDirectories(folder.resolve("folder"));
        if (!Files.exists(folder.resolve("link"))) {
            Files.createSymbolicLink(folder.resolve("link"), outside);
        }
        HttpResponse<byte[]> whole = browser.get("/files/large", BodyHandlers.ofByteArray());
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(large);
        assertThat(browser.get("/files/a%20name%20with%20100%25", BodyHandlers.ofString())
                        .body())
                .isEqualTo("short");
        assertThat(browser.get("/files/empty", BodyHandlers.ofByteArray()).body())
                .isEmpty();
        String up = "..%2f".repeat(20) + outside.toString().substring(1).replace("/", "%2f");
        for (String name : List.of("none", "link", "folder", "..", ".", "", "%00", "%zz", up, outside.toString())) {
            assertThat(browser.status("/files/" + name)).as(name).isBetween(400, 404);
        }
        Files.delete(outside);
    }

    private static void events(Browser browser) throws Exception {
        HttpResponse<Stream<String>> events = browser.get("/events", BodyHandlers.ofLines());
        assertThat(events.headers().firstValue("content-type")).hasValue("text/event-stream");
        try (Stream<String> lines = events.body()) {
            assertThat(lines.limit(5)).containsExactly("data: 0", "", "data: 1", "", "data: 2");
        }
    }

    /** An answer that is under way is sent, an endless one ends in order, and no new connection is accepted. */
    @ParameterizedTest
    @ValueSource(strings = {"nio", "ring"})
    void stopsInOrder(String transport) throws Exception {
        try (ChildJvm server = http("--port", "0", "--transport", transport)) {
            int port = port(server);
            try (Browser browser = new Browser(port, false, Version.HTTP_1_1);
                    Socket uploading = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
                HttpResponse<Stream<String>> events = browser.get("/events", BodyHandlers.ofLines());
                uploading
                        .getOutputStream()
                        .write("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234"
                                .getBytes(StandardCharsets.US_ASCII));
                uploading.setSoTimeout(10_000);
                idle.setSoTimeout(10_000);
                assertThat((char) uploading.getInputStream().read()).isEqualTo('H'); // it is under way
                server.terminate();
                assertThat(idle.getInputStream().read()).isEqualTo(-1);
                try (Stream<String> lines = events.body()) {
                    assertThat(lines.filter(line -> !line.isEmpty())).allMatch(line -> line.startsWith("data: "));
                }
                uploading.getOutputStream().write("56789".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(uploading.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith("TTP/1.1 200 ").contains("01234").contains("56789");
            }
            assertThat(server.awaitExit()).isEqualTo(128 + 15);
            assertThat(complaints(server)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port 70000",
                "--port -1",
                "--port many",
                "--loops 0",
                "--loops x",
                "--files /no/such/folder",
                "--transport pigeon",
                "--transport ring --host no.such.host.invalid",
                "--transport ring --host 203.0.113.1",
                "--transport nio --host 203.0.113.1",
                "--frobnicate",
                "leftover"
            })
    void aMistakeIsOneLine(String options) throws IOException {
        refuses((options.contains("--port") ? options : "--port 0 " + options).split(" "));
    }

    private static void refuses(String... options) throws IOException {
        try (ChildJvm server = http(options)) {
            int status = server.awaitExit();
            assertThat(complaints(server)).as("%s", server).hasSize(1);
            assertThat(complaints(server).getFirst()).startsWith("http: ").doesNotContain("Exception", "null");
            assertThat(server.output()).isEmpty();
            assertThat(status).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "ring"})
    void aPortInUseIsOneLine(String transport) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            try (ChildJvm server = http("--port", port, "--transport", transport)) {
                assertThat(server.awaitExit()).isEqualTo(2);
                assertThat(complaints(server))
                        .singleElement()
                        .asString()
                        .contains(port)
                        .containsAnyOf("Address already in use", "EADDRINUSE");
            }
        }
    }

    /** On a transport of Netty: its classes are in open jars, where those of the build take a descriptor each to load. */
    @Test
    void loopsWithoutDescriptorsAreOneLine() throws IOException {
        assumeTrue(isSupported("epoll"), "epoll needs x86-64, for which alone the samples have its library");
        List<String> command =
                ChildJvm.command(Launcher.class, "http", "--port", "0", "--loops", "400", "--transport", "epoll");
        try (ChildJvm server = ChildJvm.limited(400, command)) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(complaints(server))
                    .singleElement()
                    .asString()
                    .startsWith("http: failed to create a child event loop: ")
                    .contains("Too many open files");
        }
    }

    /** In the form of a URL. */
    @ParameterizedTest
    @ValueSource(strings = {"http", "echo"})
    void anAddressOfIpv6HasBrackets(String sample) throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this host has no IPv6");
        try (ChildJvm server = ChildJvm.start(Launcher.class, sample, "--host", "::1", "--port", "0")) {
            assertThat(server.awaitOutput("listening on ")).matches("listening on \\[0:0:0:0:0:0:0:1]:\\d+");
        }
    }

    @Test
    void help() throws IOException {
        try (ChildJvm child = http("--help")) {
            assertThat(child.awaitExit()).isZero();
            assertThat(String.join("\n", child.output()))
                    .contains("--host", "--port", "--loops", "--files", "--tls", "--h2", "--transport")
                    .contains("ring, epoll, io_uring, nio");
        }
    }

    /** As modules, with the native libraries of all transports. */
    @ParameterizedTest
    @ValueSource(strings = {"ring", "epoll", "io_uring", "nio"})
    void asAUserTypesIt(String transport) throws Exception {
        assumeTrue(
                Files.exists(SCRIPT.resolveSibling("target/run.stamp")),
                "samples/run has not built the samples yet, and this test does not start another build within the"
                        + " build");
        assumeTrue(isSupported(transport), transport + " needs x86-64, for which alone the samples have its library");
        List<String> command = List.of(SCRIPT.toString(), "http", "--port", "0", "--transport", transport);
        try (ChildJvm server = ChildJvm.run(command)) {
            try (Browser browser = new Browser(port(server), false, Version.HTTP_1_1)) {
                texts(browser);
            }
            stop(server);
        }
    }
}
