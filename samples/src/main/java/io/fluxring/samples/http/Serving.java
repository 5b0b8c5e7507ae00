package io.fluxring.samples.http;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

/**
 * The server, from its start to its end.
 *
 * @param files the folder behind {@code /files}, null for none
 */
record Serving(String host, int port, @Nullable Path files, boolean tls, boolean http2) {
    private static final Duration QUIET_PERIOD = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** Serves until a signal comes. */
    int run(Transport transport, int loops) throws Exception {
        LoopResources resources = explained(() -> TransportLoops.create(transport, loops));
        Sinks.Empty<Void> stop = Sinks.empty();
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            DisposableServer server = explained(server(resources, stop.asMono())::bindNow);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, stopped), "http-stop"));
            InetSocketAddress bound = (InetSocketAddress) server.address();
            System.out.println("listening on " + bound.toString().replaceFirst(".*/", "")); // without a host's name
            stop.asMono().block(); // until a signal
            server.disposeNow(CLOSE_LIMIT);
        } finally {
            resources.disposeLater(QUIET_PERIOD, CLOSE_LIMIT).block();
            stopped.countDown();
        }
        return 0;
    }

    /** Netty and Reactor Netty say what has failed, an address or a loop; why it has is in the cause. */
    private static <T> T explained(Supplier<T> step) {
        try {
            return step.get();
        } catch (ChannelBindException | IllegalStateException e) {
            String why = e.getCause() == null ? null : e.getCause().getMessage();
            String what = String.valueOf(e.getMessage());
            throw why == null || what.contains(why) ? e : new IllegalStateException(what + ": " + why, e);
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
