package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the load generator against one server.
 *
 * @param core the one it is pinned to, which should not be the server's
 */
record LoadGenerator(Workplace workplace, int core) {

    private static final Duration IDLE_LIMIT = Duration.ofMinutes(1);

    /** What the closed loop keeps outstanding: so many messages of that size on each of so many connections. */
    record Shape(int connections, int size, int depth) {}

    Figures closedLoop(Server.Running server, Shape shape, double warmup, double seconds)
            throws IOException, InterruptedException {
        return run(
                server,
                warmup + seconds,
                workplace.c(
                        "load",
                        "echo",
                        "--port=" + server.port(),
                        "--server=" + server.child().pid(),
                        "--connections=" + shape.connections(),
                        "--size=" + shape.size(),
                        "--depth=" + shape.depth(),
                        String.format(Locale.ROOT, "--warmup=%.3f", warmup),
                        String.format(Locale.ROOT, "--seconds=%.3f", seconds)));
    }

    /** Clients that come, send a line, read it back and go; in waves of so many, or always so many at a time. */
    Figures clients(Server.Running server, int clients, int concurrency, boolean waves)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(workplace.c(
                "load", "clients", "--port=" + server.port(), "--clients=" + clients, "--concurrency=" + concurrency));
        if (waves) {
            command.add("--waves");
        }
        return run(server, clients * 0.1, command);
    }

    /** Connections that stay, and say nothing after their messages, until the returned process is closed. */
    Child idle(Server.Running server, int connections, int messages) throws IOException, InterruptedException {
        List<String> command = workplace.c(
                "load", "idle", "--port=" + server.port(), "--connections=" + connections, "--messages=" + messages);
        Child load = Child.start("load", Workplace.pinned(core, command), Map.of(), workplace.log("load"));
        if (load.awaitLine("idle"::equals, IDLE_LIMIT).isEmpty()) {
            String complaint = load.complaint();
            load.close();
            throw new IOException("no idle connections to " + server.server().name() + ": " + complaint);
        }
        return load;
    }

    private Figures run(Server.Running server, double seconds, List<String> command)
            throws IOException, InterruptedException {
        Duration limit = Duration.ofMillis((long) (30_000 + seconds * 1_000));
        try (Child load = Child.start("load", Workplace.pinned(core, command), Map.of(), workplace.log("load"))) {
            Optional<String> line = load.awaitLine(l -> l.startsWith("{"), limit);
            return Figures.parse(line.orElseThrow(
                    () -> new IOException("no figures for " + server.server().name() + ": " + load.complaint())));
        }
    }
}
