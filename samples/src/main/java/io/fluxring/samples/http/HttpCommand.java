package io.fluxring.samples.http;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** {@code samples/run http}: Reactor Netty's server, the same program on any transport. */
@Command(
        name = "http",
        description =
                "Reactor Netty's HTTP server: /plaintext, /json, /echo, /files/NAME, /events (SSE), /ws (WebSocket).",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class HttpCommand implements Callable<Integer> {
    private static final Duration QUIET_PERIOD = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    @Option(names = "--host", description = "address to listen on", defaultValue = "127.0.0.1")
    private String host = "";

    @Option(names = "--port", description = "port to listen on, 0 to have one picked", defaultValue = "8080")
    private int port;

    @Option(names = "--loops", description = "event loops, each with a thread of its own", defaultValue = "1")
    private int loops;

    @Option(names = "--files", paramLabel = "DIR", description = "folder behind /files")
    private @Nullable Path files;

    @Option(names = "--tls", description = "serve HTTPS, with a certificate made at the start")
    private boolean tls;

    @Option(names = "--h2", description = "serve HTTP/2 as well: h2 with --tls, h2c without")
    private boolean http2;

    @Option(names = "--transport", description = "one of ${COMPLETION-CANDIDATES}", defaultValue = "ring")
    private Transport transport = Transport.ring;

    /** Made by picocli. */
    public HttpCommand() {}

    @Override
    public Integer call() throws Exception {
        checkOptions();
        LoopResources resources = transport.newLoops(loops);
        Sinks.Empty<Void> stop = Sinks.empty();
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            DisposableServer server = bind(server(resources, stop.asMono()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, stopped), "http-stop"));
            InetSocketAddress bound = (InetSocketAddress) server.address();
            System.out.println("listening on " + bound.getAddress().getHostAddress() + ":" + bound.getPort());
            stop.asMono().block(); // until a signal
            server.disposeNow(CLOSE_LIMIT);
        } finally {
            resources.disposeLater(QUIET_PERIOD, CLOSE_LIMIT).block(CLOSE_LIMIT);
            stopped.countDown();
        }
        return 0;
    }

    private void checkOptions() throws UnknownHostException {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("--port must be between 0 and 65535: " + port);
        }
        if (loops < 1) {
            throw new IllegalArgumentException("--loops must be at least 1: " + loops);
        }
        if (files != null && !Files.isDirectory(files)) {
            throw new IllegalArgumentException("--files is not a folder: " + files);
        }
        var _ = InetAddress.getByName(host); // Reactor Netty would say of an unknown host that it can't bind
    }

    private static DisposableServer bind(HttpServer server) {
        try {
            return server.bindNow();
        } catch (ChannelBindException e) {
            Throwable cause = e.getCause();
            throw cause == null ? e : new IllegalStateException(e.getMessage() + ": " + cause.getMessage(), e);
        }
    }

    /** In order: no new connections, endless answers end, those under way are sent, the loops end. */
    private static void stop(Sinks.Empty<Void> stop, CountDownLatch stopped) {
        stop.tryEmitEmpty();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpServer server(LoopResources resources, Mono<Void> stop) throws Exception {
        HttpServer server = HttpServer.create()
                .runOn(resources)
                .host(host)
                .port(port)
                // By it the end waits for answers that are under way.
                .channelGroup(new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE))
                .route(new Routes(files == null ? null : files.toRealPath(), stop)::addTo);
        if (!tls) {
            return http2 ? server.protocol(HttpProtocol.HTTP11, HttpProtocol.H2C) : server;
        }
        X509Bundle certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return server.protocol(protocols()).secure(ssl -> ssl.sslContext(keys(certificate)));
    }

    private HttpProtocol[] protocols() {
        return http2
                ? new HttpProtocol[] {HttpProtocol.HTTP11, HttpProtocol.H2}
                : new HttpProtocol[] {HttpProtocol.HTTP11};
    }

    private GenericSslContextSpec<?> keys(X509Bundle certificate) {
        PrivateKey key = certificate.getKeyPair().getPrivate();
        X509Certificate[] path = certificate.getCertificatePath();
        return http2 ? Http2SslContextSpec.forServer(key, path) : Http11SslContextSpec.forServer(key, path);
    }
}
