package io.fluxring.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.reactor.RingLoopResources;
import io.fluxring.netty.support.Certificates;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** Reports about responses that take long, and clients that do not wait for them. */
@Timeout(60)
class DownloadReportsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final RingLoopResources loops = RingLoopResources.create("download", 1, true);
    private @Nullable DisposableServer server;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        if (server != null) {
            server.disposeNow(LIMIT);
        }
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    private int start(HttpServer configured) {
        DisposableServer started =
                configured.runOn(loops).host("127.0.0.1").port(0).bindNow(LIMIT);
        server = started;
        return started.port();
    }

    private static Socket request(Socket client) throws Exception {
        client.setSoTimeout((int) LIMIT.toMillis());
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static long usedDirectBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    /** The demand of the socket reaches the file through the cipher: what the client does not take is not read. */
    @Test
    @Tag("N11")
    void aLargeFileUnderTlsTakesNoMemory() throws Exception {
        Path file = folder.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(4L << 30);
        }
        X509Bundle certificate = Certificates.ofLocalhost();
        int port = start(HttpServer.create()
                .secure(ssl -> ssl.sslContext((GenericSslContextSpec<?>) Http11SslContextSpec.forServer(
                        certificate.getKeyPair().getPrivate(), certificate.getCertificatePath())))
                .handle((request, response) -> response.sendFile(file)));
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        long before = usedDirectBytes();
        try (Socket client = request(trusting.getSocketFactory().createSocket("127.0.0.1", port))) {
            InputStream in = client.getInputStream();
            for (int megabytes = 0; megabytes < 64; megabytes++) {
                assertThat(in.readNBytes(1 << 20)).hasSize(1 << 20);
                assertThat(usedDirectBytes() - before).as("direct memory").isLessThan(32L << 20);
            }
        }
    }

    private enum Leaving {
        CLOSE,
        RESET
    }

    /** Its publisher would run until its next event, which may be a minute away. */
    @ParameterizedTest
    @EnumSource(Leaving.class)
    @Tag("S4")
    void aClientThatLeavesCancelsItsStreamOfEvents(Leaving leaving) throws Exception {
        AtomicInteger subscribed = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        int port = start(HttpServer.create()
                .handle((request, response) -> response.sse()
                        .sendString(Flux.just("data: first\n\n")
                                .concatWith(Flux.never())
                                .doOnSubscribe(it -> subscribed.incrementAndGet())
                                .doOnCancel(cancelled::incrementAndGet))));
        try (Socket client = request(new Socket("127.0.0.1", port))) {
            Ring.until("the subscription", () -> subscribed.get() == 1);
            if (leaving == Leaving.RESET) {
                client.setSoLinger(true, 0);
            }
        }
        Ring.until("the cancel", () -> cancelled.get() == 1);
    }
}
