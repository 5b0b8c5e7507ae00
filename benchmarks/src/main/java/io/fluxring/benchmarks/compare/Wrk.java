package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Runs {@code wrk} against one server, one thread of it.
 *
 * @param core the one it is pinned to, which should not be the server's
 */
record Wrk(Workplace workplace, int core) {

    /** So many connections, each of which sends so many requests at once. */
    record Shape(int connections, int depth) {
        @Override
        public String toString() {
            return connections
                    + (connections == 1 ? " connection" : " connections")
                    + (depth > 1 ? ", pipelined " + depth : "");
        }
    }

    /** What wrk saw, and what the server needed for it: CPU time and, by a request, allocated bytes. */
    Figures measure(Server.Running server, Allocation allocation, Shape shape, int seconds)
            throws IOException, InterruptedException {
        long bytes = allocation.bytes();
        Duration cpu = server.cpuTime();
        Figures seen = run(server, shape, seconds);
        double cpuMicros = server.cpuTime().minus(cpu).toNanos() / 1e3;
        double requests = Math.max(1, seen.get("requests"));
        return seen.with("cpu_us", cpuMicros / requests)
                .with("busy", cpuMicros / 1e6 / seen.get("seconds"))
                .with("bytes", (allocation.bytes() - bytes) / requests);
    }

    Figures run(Server.Running server, Shape shape, int seconds) throws IOException, InterruptedException {
        List<String> command = List.of(
                "wrk",
                "--threads=1",
                "--connections=" + shape.connections(),
                "--duration=" + seconds + "s",
                "--latency",
                "--script=" + workplace.benchmarks().resolve("src/main/lua/plaintext.lua"),
                String.format(Locale.ROOT, "http://127.0.0.1:%d/plaintext", server.port()),
                "--",
                Integer.toString(shape.depth()));
        Duration limit = Duration.ofSeconds(30L + seconds);
        try (Child wrk = Child.start("wrk", Workplace.pinned(core, command), Map.of(), workplace.log("wrk"))) {
            Optional<String> line = wrk.awaitLine(l -> l.startsWith("{"), limit);
            return Figures.parse(line.orElseThrow(
                    () -> new IOException("no figures for " + server.server().name() + ": " + wrk.complaint())));
        }
    }
}
