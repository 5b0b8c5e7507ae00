package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's HTTP client against one server on loopback, whose certificate it does not look at. */
final class Browser implements AutoCloseable {
    private final HttpClient client;
    private final Version version;
    private final SSLContext trustful;
    private final boolean tls;
    private final int port;

    Browser(int port, boolean tls, Version version) throws GeneralSecurityException {
        this.port = port;
        this.tls = tls;
        this.version = version;
        trustful = SSLContext.getInstance("TLS");
        trustful.init(null, new TrustManager[] {new TrustsAll()}, null);
        client = HttpClient.newBuilder().version(version).sslContext(trustful).build();
    }

    Version version() {
        return version;
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + (tls ? "s" : "") + "://127.0.0.1:" + port + path);
    }

    <T> HttpResponse<T> get(String path, BodyHandler<T> body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri("http", path))
                        .timeout(Eventually.LIMIT)
                        .build(),
                body);
    }

    HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri("http", path))
                        .timeout(Eventually.LIMIT)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    /** The status of a path that goes out as it is: a client would tidy it, or refuse to ask. */
    int status(String path) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try (Socket speaking =
                tls ? trustful.getSocketFactory().createSocket(socket, "localhost", port, true) : socket) {
            speaking.setSoTimeout((int) Eventually.LIMIT.toMillis());
            speaking.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = speaking.getInputStream();
            String line = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
            assertThat(line).matches("HTTP/1\\.1 \\d{3}");
            return Integer.parseInt(line.substring(line.length() - 3));
        }
    }

    /** Text and bytes come back as they were, and the end is answered. */
    void webSocketEchoes(byte[] bytes) throws InterruptedException {
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(uri("ws", "/ws"), new Received(events))
                .join();
        socket.sendText("hellö", true).join();
        assertThat(next(events)).isEqualTo("hellö");
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
        byte[] echoed = new byte[bytes.length];
        for (int at = 0; at < echoed.length; ) {
            ByteBuffer piece = (ByteBuffer) next(events);
            int length = piece.remaining();
            piece.get(echoed, at, length);
            at += length;
        }
        assertThat(echoed).isEqualTo(bytes);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertThat(next(events)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    private static Object next(BlockingQueue<Object> events) throws InterruptedException {
        Object event = events.poll(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("a message").isNotNull();
        return event;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private record Received(BlockingQueue<Object> events) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            events.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
            events.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            events.add(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add(error);
        }
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
