package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.compare.LoadGenerator.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whole servers under load. All are started first and warmed up, and stay: then each round measures each of them, so
 * that what the machine does besides hits all alike, and a JVM is never measured cold.
 */
@Command(name = "echo", mixinStandardHelpOptions = true, description = "Throughput, latency and CPU of echo servers.")
public final class EchoCommand implements Callable<Integer> {

    /** Before each measurement, so that a server that was idle has its caches back. */
    private static final double WARMUP_IN_ROUND = 1;

    @Option(
            names = "--connections",
            split = ",",
            defaultValue = "50,500,8000",
            description = "default: ${DEFAULT-VALUE}")
    private List<Integer> connections = List.of();

    @Option(names = "--size", defaultValue = "64", description = "bytes a message, default: ${DEFAULT-VALUE}")
    private int size;

    @Option(names = "--depth", defaultValue = "1", description = "messages outstanding on each connection")
    private int depth;

    @Option(names = "--rounds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "2", description = "measured each time, default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "4", description = "seconds, once a server and connection count")
    private double warmup;

    @Option(
            names = "--servers",
            split = ",",
            defaultValue = "c,fluxring,fluxring-fixed,netty-nio,netty-epoll,netty-io_uring,netty-io_uring-buffers,"
                    + "reactor-netty-nio,reactor-netty-epoll,reactor-netty-io_uring",
            description =
                    "default: ${DEFAULT-VALUE}; also: c-fixed, c-all, fluxring-all, reactor-netty-io_uring-buffers")
    private List<String> names = List.of();

    @Option(names = "--server-core", defaultValue = "0")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1")
    private int loadCore;

    private final Workplace workplace = Workplace.here();
    private final List<Server.Running> servers = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            startAll();
            if (servers.isEmpty()) {
                System.err.println("no server to measure");
                return 1;
            }
            EchoReport report = new EchoReport(workplace, size, depth, rounds, seconds);
            measureAll(report);
            System.out.println(report.write());
            return 0;
        } finally {
            servers.forEach(Server.Running::close);
        }
    }

    private void startAll() throws IOException, InterruptedException {
        for (Server server : new Servers(workplace).named(names)) {
            Optional<Server.Running> running = server.start(workplace, serverCore);
            running.ifPresent(servers::add);
        }
    }

    private void measureAll(EchoReport report) throws IOException, InterruptedException {
        LoadGenerator load = new LoadGenerator(workplace, loadCore);
        long steps = (long) servers.size() * connections.size() * (rounds + 1);
        try (ProgressBar bar = Progress.bar("echo", steps)) {
            for (Server.Running server : servers) {
                for (int count : connections) {
                    bar.setExtraMessage("warming " + server.server().name());
                    load.closedLoop(server, new Shape(count, size, depth), 0, warmup);
                    bar.step();
                }
            }
            List<Server.Running> order = new ArrayList<>(servers);
            for (int round = 0; round < rounds; round++) {
                // Servers inside: those that are compared with each other run next to each other.
                for (int count : connections) {
                    for (Server.Running server : order) {
                        bar.setExtraMessage(server.server().name());
                        Shape shape = new Shape(count, size, depth);
                        Figures figures = load.closedLoop(server, shape, WARMUP_IN_ROUND, seconds);
                        report.add(server.server().name(), count, round, figures);
                        bar.step();
                    }
                }
                // No server is always the first, or always behind the same other one's heat.
                Collections.rotate(order, 1);
            }
        }
    }
}
