package io.fluxring.samples.echo;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** {@code samples/run echo}: the echo server with the switches of the classic comparison. */
@Command(
        name = "echo",
        description = "A TCP server that sends back what it receives.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class EchoCommand implements Callable<Integer> {
    /** Completions that a batched wait waits for: more than come, so that the time limit ends it. */
    private static final int BATCH_COMPLETIONS = 256;

    private static final int MOST_DIRECT_DESCRIPTORS = 16384;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    @Option(names = "--host", description = "address to listen on", defaultValue = "127.0.0.1")
    private String host = "";

    @Option(names = "--port", description = "port to listen on, 0 to have one picked", defaultValue = "7000")
    private int port;

    @Option(names = "--loops", description = "rings, each with a thread of its own", defaultValue = "1")
    private int loops;

    @Option(names = "--buffers", description = "receive buffers that each ring begins with", defaultValue = "1024")
    private int buffers;

    @Option(
            names = "--most-buffers",
            description = "to how many it may grow, for clients that do not read",
            defaultValue = "32768")
    private int mostBuffers;

    @Option(names = "--buffer-size", paramLabel = "BYTES", description = "size of each", defaultValue = "4096")
    private int bufferBytes;

    @Option(
            names = "--multishot",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "one request accepts, or receives, again and again")
    private boolean multishot;

    @Option(
            names = "--fixed",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "connections are direct descriptors of the ring")
    private boolean fixed;

    @Option(
            names = "--batch",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "wait for several completions at once")
    private boolean batch;

    @Option(
            names = "--batch-micros",
            paramLabel = "MICROS",
            description = "how long a batch may take to gather",
            defaultValue = "1000")
    private int batchMicros;

    @Option(
            names = "--sqpoll",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "a kernel thread takes submissions")
    private boolean sqPoll;

    @Option(
            names = "--async",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "the kernel's workers do every operation")
    private boolean async;

    /** Made by picocli. */
    public EchoCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        InetSocketAddress address = address();
        ReactiveRingConfig config = config();
        List<ReactiveRing> rings = new ArrayList<>();
        Disposable.Composite serving = Disposables.composite();
        try {
            for (int i = 0; i < loops; i++) {
                ReactiveRing ring = ReactiveRing.create(config);
                rings.add(ring);
                Listener listener = ring.listen(address, options());
                address = listener.localAddress(); // port 0: the others share what the first one got
                serving.add(EchoServer.serve(listener).subscribe());
            }
        } catch (RuntimeException e) {
            close(rings);
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(serving, rings), "echo-stop"));
        System.out.println("listening on " + address.toString().replaceFirst(".*/", "")); // without a host's name
        new CountDownLatch(1).await(); // until a signal
        return 0;
    }

    private InetSocketAddress address() throws IOException {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("--port must be between 0 and 65535: " + port);
        }
        if (loops < 1) {
            throw new IllegalArgumentException("--loops must be at least 1: " + loops);
        }
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private ReactiveRingConfig config() {
        RingLoopConfig loop = RingLoopConfig.defaults();
        if (sqPoll) {
            loop = loop.withRing(RingConfig.defaults().withSqPoll(1000));
        }
        if (fixed) {
            loop = loop.withDirectDescriptors(Math.min(MOST_DIRECT_DESCRIPTORS, descriptorLimit()));
        }
        if (batch) {
            loop = loop.withBatch(BATCH_COMPLETIONS, batchMicros);
        }
        return ReactiveRingConfig.defaults().withLoop(loop).withBuffers(buffers());
    }

    private BufferRingConfig buffers() {
        return BufferRingConfig.of(buffers, bufferBytes).withMostBuffers(Math.max(buffers, mostBuffers));
    }

    private ListenOptions options() {
        return ListenOptions.defaults()
                .withReusePort(loops > 1)
                .withMultishot(multishot)
                .withDirect(fixed)
                .withAsync(async);
    }

    /** The kernel allows no more direct descriptors than the process may have ordinary ones. */
    private static int descriptorLimit() {
        try (var limits = Files.lines(Path.of("/proc/self/limits"))) {
            return limits.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.substring(25).strip().replaceFirst("\\s.*", ""))
                    .filter(limit -> !limit.equals("unlimited"))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(MOST_DIRECT_DESCRIPTORS);
        } catch (IOException e) {
            return 1024; // what every system allows
        }
    }

    /** In order: no new connections, those that are there are closed, the rings are drained. Then the counters. */
    private static void stop(Disposable serving, List<ReactiveRing> rings) {
        serving.dispose();
        close(rings);
        System.out.println("connections " + total(rings, Counter.ACCEPTED)
                + ", bytes received " + total(rings, Counter.BYTES_RECEIVED)
                + ", bytes sent " + total(rings, Counter.BYTES_SENT)
                + ", enters " + total(rings, Counter.ENTERS)
                + ", SQEs " + total(rings, Counter.SQES)
                + ", CQEs " + total(rings, Counter.CQES)
                + ", overflow " + total(rings, Counter.OVERFLOWS)
                + ", no-buffer " + total(rings, Counter.NO_BUFFER));
    }

    private static void close(List<ReactiveRing> rings) {
        Flux.fromIterable(rings)
                .flatMap(ReactiveRing::disposeLater)
                .then()
                .doOnError(e -> System.err.println("echo: " + e.getMessage()))
                .onErrorComplete()
                .block(CLOSE_LIMIT);
    }

    private static long total(List<ReactiveRing> rings, Counter counter) {
        return rings.stream().mapToLong(ring -> ring.counters().get(counter)).sum();
    }
}
