package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.http.FilePulls;
import io.fluxring.benchmarks.http.FilePushes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What clients pull and push while small requests are measured.
 *
 * @param workplace where the clients are
 * @param core theirs
 * @param files what they move
 */
record FileTraffic(Workplace workplace, int core, WebfluxFiles files) {

    private static final double MEBIBYTE = 1 << 20;
    /** How much longer it goes on than what is measured: the other client starts meanwhile, on a processor that is busy with this. */
    static final double MORE_SECONDS = 6;

    /** Latencies beside the traffic, and its pace as {@code pulled} and {@code pushed}. */
    Figures measure(Server.Running server, SteadyLoad steady) throws IOException, InterruptedException {
        String seconds = "--seconds=" + (steady.warmup() + steady.seconds() + MORE_SECONDS);
        String port = "--port=" + server.port();
        List<String> pull = nice(FilePulls.class.getName(), port, seconds);
        files.traffic().paths().forEach(path -> pull.add(path.toString()));
        List<String> push = nice(
                FilePushes.class.getName(),
                port,
                seconds,
                "--file=" + files.cached(),
                "--bytes=" + Math.min(files.bytes(), files.traffic().mebibytes() * (long) MEBIBYTE));
        push.addAll(files.pushed());
        try (Child pushes = start("pushes", push);
                Child pulls = start("pulls", pull)) {
            await(pushes, "pushing", server);
            await(pulls, "pulling", server);
            Figures latency = steady.measure(server);
            Figures pulled = steady.figures(pulls, server);
            Figures pushed = steady.figures(pushes, server);
            return latency.with("pulled", pace(pulled))
                    .with("pushed", pace(pushed))
                    .with("errors", latency.get("errors") + pulled.get("errors") + pushed.get("errors"));
        } finally {
            files.deleteUploads();
        }
    }

    /** Must not make the other client late. */
    private List<String> nice(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
        command.addAll(workplace.java(mainClass, arguments));
        return command;
    }

    private Child start(String name, List<String> command) throws IOException {
        return Child.start(name, Workplace.pinned(core, command), Map.of(), workplace.log(name));
    }

    private static void await(Child child, String word, Server.Running server)
            throws IOException, InterruptedException {
        if (child.awaitLine(word::equals, SteadyLoad.PATIENCE).isEmpty()) {
            throw new IOException("no " + word + " at " + server.server().name() + ": " + child.complaint());
        }
    }

    private static double pace(Figures moved) {
        double bytes = moved.get("bytes");
        return bytes == 0 ? 0 : bytes / MEBIBYTE / moved.get("seconds"); // without clients no time goes by
    }
}
