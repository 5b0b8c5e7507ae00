package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.http.SteadyRequests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Small requests at a fixed rate.
 *
 * @param workplace where the client is
 * @param core the client's
 * @param path what is asked for
 * @param rate requests a second, on all connections
 * @param connections how many take turns
 * @param warmup seconds before what is measured
 * @param seconds measured
 */
record SteadyLoad(
        Workplace workplace, int core, String path, int rate, int connections, double warmup, double seconds) {

    /** A client that is slow to end, and making up the pause before the first request. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Latencies, and as {@code busy} the share of its core that the server used. */
    Figures measure(Server.Running server) throws IOException, InterruptedException {
        List<String> command = workplace.java(
                SteadyRequests.class.getName(),
                "--port=" + server.port(),
                "--path=" + path,
                "--rate=" + rate,
                "--connections=" + connections,
                "--warmup=" + warmup,
                "--seconds=" + seconds);
        Duration cpu = server.cpuTime();
        long start = System.nanoTime();
        try (Child load = Child.start("steady", Workplace.pinned(core, command), Map.of(), workplace.log("steady"))) {
            Figures latency = figures(load, server);
            double busy = (double) server.cpuTime().minus(cpu).toNanos() / (System.nanoTime() - start);
            return latency.with("busy", busy);
        }
    }

    /** What another client that runs beside it prints at its end. */
    Figures figures(Child client, Server.Running server) throws IOException, InterruptedException {
        Duration limit = PATIENCE.plusMillis((long) ((warmup + seconds) * 1000));
        Optional<String> line = client.awaitLine(each -> each.startsWith("{"), limit);
        return Figures.parse(line.orElseThrow(
                () -> new IOException("no figures for " + server.server().name() + ": " + client.complaint())));
    }
}
