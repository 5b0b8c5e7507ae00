package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.compare.Wrk.Shape;
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
 * Reactor Netty's HTTP server on each transport. One JVM a transport is started and warmed up, and each round measures all of
 * them; then come new JVMs, as one that has compiled the same program otherwise may differ by some percent.
 */
@Command(
        name = "http",
        mixinStandardHelpOptions = true,
        description = "CPU, throughput, latency and allocation of HTTP servers, by wrk.")
public final class HttpCommand implements Callable<Integer> {

    /** Before each measurement, so that a server that was idle has its caches back. */
    private static final int WARMUP_IN_ROUND = 1;

    @Option(
            names = "--connections",
            split = ",",
            defaultValue = "1,8,64,256,1024",
            description = "default: ${DEFAULT-VALUE}")
    private List<Integer> connections = List.of();

    @Option(
            names = "--depths",
            split = ",",
            defaultValue = "1,16",
            description = "requests that a connection sends at once, default: ${DEFAULT-VALUE}")
    private List<Integer> depths = List.of();

    @Option(
            names = "--transports",
            split = ",",
            defaultValue = "ring,epoll,epoll-last-flush,io_uring,nio",
            description = "default: ${DEFAULT-VALUE}; epoll-last-flush only where requests are pipelined")
    private List<String> names = List.of();

    @Option(names = "--jvms", defaultValue = "3", description = "a transport, default: ${DEFAULT-VALUE}")
    private int jvms;

    @Option(names = "--rounds", defaultValue = "3", description = "in each JVM, default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "3", description = "measured each time, default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "6",
            description = "seconds, once a JVM and depth, default: ${DEFAULT-VALUE}")
    private int warmup;

    @Option(names = "--server-core", defaultValue = "0")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1")
    private int loadCore;

    private final Workplace workplace = Workplace.here();

    /** A server, and the counter of what it allocates. */
    private record Measured(Server.Running server, Allocation allocation) implements AutoCloseable {
        String name() {
            return server.server().name();
        }

        @Override
        public void close() throws IOException {
            try (server) {
                allocation.close();
            }
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        HttpReport report = new HttpReport(workplace, jvms, rounds, seconds);
        long steps = (long) jvms * names.size() * depths.size() * (1 + (long) rounds * connections.size());
        try (ProgressBar bar = Progress.bar("http", steps)) {
            for (int jvm = 0; jvm < jvms; jvm++) {
                List<Measured> servers = new ArrayList<>();
                try {
                    startAll(servers);
                    if (servers.isEmpty()) {
                        System.err.println("no server to measure");
                        return 1;
                    }
                    warmUp(servers, bar);
                    Collections.rotate(servers, -jvm);
                    measure(servers, jvm * rounds, report, bar);
                } finally {
                    for (Measured each : servers) {
                        each.close();
                    }
                }
            }
        }
        System.out.println(report.write());
        return 0;
    }

    private void startAll(List<Measured> servers) throws IOException, InterruptedException {
        for (Server server : new HttpServers(workplace).named(names)) {
            Optional<Server.Running> running = server.start(workplace, serverCore);
            if (running.isPresent()) {
                servers.add(new Measured(
                        running.get(), Allocation.attach(running.get().child().pid())));
            }
        }
    }

    private void warmUp(List<Measured> servers, ProgressBar bar) throws IOException, InterruptedException {
        Wrk wrk = new Wrk(workplace, loadCore);
        int most = Collections.max(connections);
        for (Measured each : servers) {
            for (int depth : depths) {
                bar.setExtraMessage("warming " + each.name());
                wrk.run(each.server(), new Shape(Math.min(64, most), depth), warmup);
                bar.step();
            }
        }
    }

    private void measure(List<Measured> servers, int firstRound, HttpReport report, ProgressBar bar)
            throws IOException, InterruptedException {
        Wrk wrk = new Wrk(workplace, loadCore);
        for (int round = firstRound; round < firstRound + rounds; round++) {
            for (int depth : depths) {
                for (int count : connections) {
                    // Servers inside: those that are compared with each other run next to each other.
                    Shape shape = new Shape(count, depth);
                    for (Measured each : servers) {
                        if (depth > 1 || !each.name().equals(HttpServers.LAST_FLUSH)) {
                            bar.setExtraMessage(each.name());
                            wrk.run(each.server(), shape, WARMUP_IN_ROUND);
                            report.add(
                                    each.name(),
                                    shape,
                                    round,
                                    wrk.measure(each.server(), each.allocation(), shape, seconds));
                        }
                        bar.step();
                    }
                }
            }
            // No server is always the first, or always behind the same other one's heat.
            Collections.rotate(servers, 1);
        }
    }
}
