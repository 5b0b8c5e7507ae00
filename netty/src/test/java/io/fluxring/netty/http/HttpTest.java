package io.fluxring.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.reactor.RingLoopResources;
import io.fluxring.netty.support.Certificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** HTTP in its forms, server and client on the ring. */
@Timeout(60)
class HttpTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RingLoopResources LOOPS = RingLoopResources.create("http-test", 2, true);

    private final DisposableServer[] server = new DisposableServer[1];

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        if (server[0] != null) {
            server[0].disposeNow(LIMIT);
        }
    }

    @AfterAll
    static void end() {
        LOOPS.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    private HttpServer newServer() {
        return HttpServer.create().runOn(LOOPS).host("127.0.0.1").port(0);
    }

    private int start(HttpServer configured) {
        server[0] = configured.bindNow(LIMIT);
        return server[0].port();
    }

    private static HttpClient client(int port) {
        return HttpClient.create(ConnectionProvider.create("one", 1))
                .runOn(LOOPS)
                .host("127.0.0.1")
                .port(port);
    }

    private static String body(ByteBufFlux content) {
        return content.aggregate().asString().block(LIMIT);
    }

    @Test
    void aThousandRequestsGoOverOneConnection() {
        int port = start(newServer().handle((request, response) -> response.sendString(Mono.just(request.uri()))));
        HttpClient client = client(port);
        List<String> answers = Flux.range(0, 1000)
                .concatMap(i ->
                        client.get().uri("/" + i).responseContent().aggregate().asString())
                .collectList()
                .block(LIMIT);
        assertThat(answers)
                .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "/" + i).toList());
    }

    @Test
    void aNameIsResolvedByTheRingsOwnDatagrams() {
        int port = start(newServer().handle((request, response) -> response.sendString(Mono.just("here"))));
        assertThat(body(client(port).host("localhost").get().uri("/").responseContent()))
                .isEqualTo("here");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        int port = start(newServer()
                .handle((request, response) -> response.header("Content-Length", "4")
                        .sendString(Mono.just(request.uri().substring(1)))));
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String requests = IntStream.range(1000, 1200)
                    .mapToObj(i -> "GET /" + i + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .collect(Collectors.joining());
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout((int) LIMIT.toMillis());
            String answers = "";
            InputStream in = socket.getInputStream();
            for (int i = 1000; i < 1200; i++) {
                answers = readTo(in, answers, "\r\n\r\n" + i);
            }
        }
    }

    /** Reads until a text has come, and returns what is behind it. */
    private static String readTo(InputStream in, String before, String text) throws IOException {
        StringBuilder read = new StringBuilder(before);
        byte[] some = new byte[4096];
        while (read.indexOf(text) < 0) {
            int count = in.read(some);
            assertThat(count).as("end instead of %s in %s", text, read).isPositive();
            read.append(new String(some, 0, count, StandardCharsets.US_ASCII));
        }
        return read.substring(read.indexOf(text) + text.length());
    }

    @Test
    void anUploadIsEchoedWhole() {
        int port = start(newServer()
                .handle((request, response) -> response.send(request.receive().retain())));
        byte[] megabytes = new byte[8 * 1024 * 1024];
        new Random(1).nextBytes(megabytes);
        byte[] back = client(port)
                .post()
                .uri("/")
                .send(ByteBufFlux.fromInbound(
                        Flux.range(0, 1024).map(i -> Unpooled.copiedBuffer(megabytes, i * 8192, 8192))))
                .responseContent()
                .aggregate()
                .asByteArray()
                .block(LIMIT);
        assertThat(back).isEqualTo(megabytes);
    }

    @Test
    void theClientContinuesWhenItMay() {
        int port = start(newServer()
                .handle((request, response) -> response.send(request.receive().retain())));
        String answer = client(port)
                .headers(headers -> headers.set("Expect", "100-continue"))
                .post()
                .uri("/")
                .send(ByteBufFlux.fromString(Mono.just("body")))
                .responseContent()
                .aggregate()
                .asString()
                .block(LIMIT);
        assertThat(answer).isEqualTo("body");
    }

    @Test
    void compressedAnswersAreWhole() {
        String text = "ring ".repeat(50_000);
        int port = start(newServer()
                .compress(true)
                .handle((request, response) ->
                        response.sendString(Flux.just(text.substring(0, 1000), text.substring(1000)))));
        assertThat(body(client(port).compress(true).get().uri("/").responseContent()))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void http2(boolean tls) throws Exception {
        HttpServer plain = newServer().handle((request, response) -> response.sendString(Mono.just(request.uri())));
        HttpClient client;
        if (tls) {
            X509Bundle certificate = Certificates.ofLocalhost();
            int port = start(plain.protocol(HttpProtocol.H2)
                    .secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) Http2SslContextSpec.forServer(
                            certificate.getKeyPair().getPrivate(), certificate.getCertificatePath()))));
            client = client(port)
                    .protocol(HttpProtocol.H2)
                    .secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) Http2SslContextSpec.forClient()
                            .configure(it -> it.trustManager(InsecureTrustManagerFactory.INSTANCE))));
        } else {
            client = client(start(plain.protocol(HttpProtocol.H2C))).protocol(HttpProtocol.H2C);
        }
        List<String> answers = Flux.range(0, 200)
                .flatMap(
                        i -> client.get()
                                .uri("/" + i)
                                .responseContent()
                                .aggregate()
                                .asString(),
                        32)
                .sort()
                .collectList()
                .block(LIMIT);
        assertThat(answers)
                .isEqualTo(
                        IntStream.range(0, 200).mapToObj(i -> "/" + i).sorted().toList());
    }

    @Test
    void aFileIsServedPlainCompressedAndEncrypted() throws Exception {
        byte[] bytes = new byte[3 * 1024 * 1024 + 17];
        new Random(2).nextBytes(bytes);
        Path file = Files.write(folder.resolve("file"), bytes);
        HttpServer files = newServer().handle((request, response) -> response.sendFile(file));
        assertThat(bytes(client(start(files)))).isEqualTo(bytes);
        stop();
        assertThat(bytes(client(start(files.compress(true))).compress(true))).isEqualTo(bytes);
        stop();
        X509Bundle certificate = Certificates.ofLocalhost();
        int port = start(files.secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) Http11SslContextSpec.forServer(
                certificate.getKeyPair().getPrivate(), certificate.getCertificatePath()))));
        HttpClient trusting = client(port)
                .secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) Http11SslContextSpec.forClient()
                        .configure(it -> it.trustManager(InsecureTrustManagerFactory.INSTANCE))));
        assertThat(bytes(trusting)).isEqualTo(bytes);
    }

    private static byte @Nullable [] bytes(HttpClient client) {
        return client.get().uri("/").responseContent().aggregate().asByteArray().block(LIMIT);
    }

    @Test
    void aCompressedWebSocketEchoes() {
        int port = start(newServer()
                .route(routes -> routes.ws(
                        "/ws",
                        (in, out) -> out.sendString(in.receive().asString()),
                        WebsocketServerSpec.builder().compress(true).build())));
        List<String> sent =
                IntStream.range(0, 100).mapToObj(i -> "message ".repeat(i) + i).toList();
        List<String> back = client(port)
                .websocket(WebsocketClientSpec.builder().compress(true).build())
                .uri("/ws")
                .handle((in, out) -> out.sendString(Flux.fromIterable(sent))
                        .then()
                        .thenMany(in.receive().asString().take(sent.size())))
                .collectList()
                .block(LIMIT);
        assertThat(back).isEqualTo(sent);
    }

    @Test
    void eventsArriveWhileTheStreamIsOpen() {
        int port = start(newServer()
                .handle((request, response) -> response.sse()
                        .sendString(Flux.interval(Duration.ofMillis(5)).map(i -> "data: " + i + "\n\n"))));
        List<String> events = client(port)
                .get()
                .uri("/")
                .responseContent()
                .asString()
                .take(5)
                .collectList()
                .block(LIMIT);
        assertThat(events).hasSize(5);
    }

    @Test
    void aSilentServerEndsInATimeout() {
        int port = start(newServer().handle((request, response) -> Mono.never()));
        assertThatThrownBy(() -> client(port)
                        .responseTimeout(Duration.ofMillis(200))
                        .get()
                        .uri("/")
                        .responseContent()
                        .aggregate()
                        .block(LIMIT))
                .isInstanceOf(ReadTimeoutException.class);
    }

    /** The pool's only connection is freed when the server refuses an upload in the middle. */
    @Test
    @Tag("N10")
    void aRefusedUploadFreesItsConnection() {
        int port = start(newServer()
                .route(routes -> routes.post(
                                "/refuse",
                                (request, response) -> request.receive()
                                        .map(ByteBuf::readableBytes)
                                        .take(3)
                                        .then(response.status(400)
                                                .header("Connection", "close")
                                                .sendString(Mono.just("no"))
                                                .then()))
                        .get("/", (request, response) -> response.sendString(Mono.just("fine")))));
        HttpClient client = client(port);
        Mono<Integer> upload = client.post()
                .uri("/refuse")
                .send(ByteBufFlux.fromInbound(
                        Flux.range(0, 100 * 128).map(i -> Unpooled.wrappedBuffer(new byte[8192]))))
                .response()
                .map(response -> response.status().code())
                .onErrorReturn(-1);
        assertThat(upload.block(LIMIT)).isIn(400, -1);
        assertThat(body(client.get().uri("/").responseContent())).isEqualTo("fine");
    }

    @Test
    void aPortInUseIsToldByItsName() {
        int port = start(newServer().handle((request, response) -> response.send()));
        assertThatThrownBy(() -> newServer().port(port).bindNow(LIMIT))
                .hasMessageContaining("Failed to bind")
                .hasMessageContaining(Integer.toString(port));
    }

    @Test
    void aRefusedConnectionNamesTheAddress() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket()) {
            unused.bind(new InetSocketAddress("127.0.0.1", 0));
            port = unused.getLocalPort();
        }
        assertThatThrownBy(() -> client(port)
                        .get()
                        .uri("/")
                        .responseContent()
                        .aggregate()
                        .block(LIMIT))
                .hasMessageContaining("Connection refused")
                .hasMessageContaining("127.0.0.1:" + port);
    }
}
