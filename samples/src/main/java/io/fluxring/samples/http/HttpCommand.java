package io.fluxring.samples.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code samples/run http}: Reactor Netty's server, the same program on any transport. What is of Netty is left to {@link Serving},
 * since picocli looks at the methods of all samples to start one of them.
 */
@Command(
        name = "http",
        description =
                "Reactor Netty's HTTP server: /plaintext, /json, /echo, /files/NAME, /events (SSE), /ws (WebSocket).",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class HttpCommand implements Callable<Integer> {
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
        return new Serving(host, port, files, tls, http2).run(transport, loops);
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
}
