package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.Mode;
import io.fluxring.spring.support.RunningApplication;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** TLS with a bundle that is loaded again, and HTTP/2 with and without it. */
class SecureTest {
    private static final int BODY_BYTES = 2 << 20;

    @TempDir
    static Path folder;

    private static RunningApplication secure;
    private static RunningApplication clear;

    @BeforeAll
    static void start() throws Exception {
        write(1);
        secure = RunningApplication.of(
                BodiesApplication.class,
                "fluxring.loops=2",
                Mode.PROPERTY,
                "server.http2.enabled=true",
                "server.ssl.bundle=own",
                "spring.ssl.bundle.pem.own.reload-on-update=true",
                "spring.ssl.bundle.watch.file.quiet-period=50ms",
                "spring.ssl.bundle.pem.own.keystore.certificate=" + folder.resolve("certificate.pem"),
                "spring.ssl.bundle.pem.own.keystore.private-key=" + folder.resolve("key.pem"));
        clear = RunningApplication.of(
                BodiesApplication.class,
                "fluxring.loops=2",
                Mode.PROPERTY,
                "server.http2.enabled=true",
                "server.netty.h2c-max-content-length=64KB");
    }

    @AfterAll
    static void stop() {
        secure.close();
        clear.close();
    }

    /** A certificate with its key. The two are moved into their place, for no reader to find half of one. */
    private static void write(int serial) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .serial(BigInteger.valueOf(serial))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        put("key.pem", bundle.getPrivateKeyPEM());
        put("certificate.pem", bundle.getCertificatePathPEM());
    }

    private static void put(String name, String text) throws IOException {
        Path beside = Files.writeString(folder.resolve("new-" + name), text);
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static HttpClient onRing(RunningApplication application) {
        return HttpClient.create()
                .runOn(application.bean(ReactorResourceFactory.class).getLoopResources());
    }

    private static WebClient client(HttpClient http, String base) {
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .baseUrl(base)
                .build();
    }

    private static WebClient secureClient(HttpProtocol protocol) {
        GenericSslContextSpec<SslContextBuilder> spec = protocol == HttpProtocol.H2
                ? Http2SslContextSpec.forClient().configure(it -> it.trustManager(InsecureTrustManagerFactory.INSTANCE))
                : Http11SslContextSpec.forClient()
                        .configure(it -> it.trustManager(InsecureTrustManagerFactory.INSTANCE));
        HttpClient http = onRing(secure).protocol(protocol).secure(ssl -> ssl.sslContext(spec));
        return client(http, "https://localhost:" + secure.port());
    }

    private static void bothWays(WebClient client) {
        assertThat(Bytes.count(client.post()
                                .uri("/echo")
                                .body(Bytes.flux(BODY_BYTES), DataBuffer.class)
                                .retrieve()
                                .bodyToFlux(DataBuffer.class))
                        .block(Eventually.LIMIT))
                .isEqualTo(BODY_BYTES);
        downloads(client);
    }

    private static void downloads(WebClient client) {
        Long all = Flux.range(0, 20)
                .flatMap(i -> Bytes.count(
                        client.get().uri("/download/" + 10_007 * i).retrieve().bodyToFlux(DataBuffer.class)))
                .reduce(Long::sum)
                .block(Eventually.LIMIT);
        assertThat(all).isEqualTo(10_007L * 190);
    }

    @Test
    void tls() {
        bothWays(secureClient(HttpProtocol.HTTP11));
    }

    @Test
    void http2OverTls() {
        bothWays(secureClient(HttpProtocol.H2));
    }

    @Test
    void http2InTheClear() {
        bothWays(client(onRing(clear).protocol(HttpProtocol.H2C), clear.url("")));
    }

    /** Asked for by an upgrade from HTTP/1.1, with a request that may have a small body; or not at all. */
    @Test
    void http11BesideHttp2InTheClear() {
        downloads(client(onRing(clear).protocol(HttpProtocol.HTTP11, HttpProtocol.H2C), clear.url("")));
        bothWays(client(onRing(clear), clear.url("")));
    }

    private static BigInteger serial() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", secure.port())) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    @Test
    void aBundleThatChangesIsLoadedAgain() throws Exception {
        int before = serial().intValueExact();
        write(before + 1);
        Eventually.until("the new certificate", () -> {
            try {
                return serial().intValueExact() == before + 1;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        bothWays(secureClient(HttpProtocol.HTTP11));
    }
}
