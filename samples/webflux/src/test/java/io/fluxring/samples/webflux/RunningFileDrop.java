package io.fluxring.samples.webflux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** The application on loopback, with a folder. */
final class RunningFileDrop implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final ConfigurableApplicationContext context;

    private RunningFileDrop(Path folder, ConfigurableApplicationContext context) {
        this.folder = folder;
        this.context = context;
    }

    /** {@return the application in a mode of the ring, on any port} */
    static RunningFileDrop start(String mode, Path folder) {
        return start(mode, folder, 0);
    }

    static RunningFileDrop start(String mode, Path folder, int port) {
        return new RunningFileDrop(
                folder,
                SpringApplication.run(
                        FileDropApplication.class,
                        "--fluxring.mode=" + mode,
                        "--fluxring.loops=2",
                        "--filedrop.dir=" + folder,
                        "--filedrop.heartbeat=300ms",
                        "--server.address=127.0.0.1",
                        "--server.port=" + port,
                        "--spring.reactor.netty.shutdown-quiet-period=0s"));
    }

    Path folder() {
        return folder;
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    WebTestClient test() {
        return WebTestClient.bindToServer()
                .baseUrl(uri("").toString())
                .responseTimeout(LIMIT)
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(-1))
                .build();
    }

    WebClient client() {
        return WebClient.builder()
                .baseUrl(uri("").toString())
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(-1))
                .build();
    }

    /** {@return the answer to a request as it is, on a connection that is closed then} */
    String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request);
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** {@return the names in the folder, temporary ones as well} */
    List<String> names() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }

    /** Waits for a condition. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
