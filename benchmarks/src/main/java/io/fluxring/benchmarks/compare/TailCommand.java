package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.http.FilePulls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What small answers wait for while large files that are not in memory are sent by the same event loop: a loop that reads a file
 * itself stands still for each read from the device.
 */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = "Latency of /plaintext at a fixed rate while clients pull cold files.")
public final class TailCommand implements Callable<Integer> {

    private static final double MEBIBYTE = 1 << 20;

    @Option(
            names = "--transports",
            split = ",",
            defaultValue = "ring,epoll,io_uring,nio",
            description = "default: ${DEFAULT-VALUE}")
    private List<String> names = List.of();

    @Option(names = "--rate", defaultValue = "1000", description = "requests a second, default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(names = "--connections", defaultValue = "64", description = "for them, default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--clients", defaultValue = "20", description = "that pull a file each, default: ${DEFAULT-VALUE}")
    private int clients;

    @Option(names = "--mebibytes", defaultValue = "1024", description = "size of each file, default: ${DEFAULT-VALUE}")
    private int mebibytes;

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description = "folder for the files, which stay there; by default they are made and deleted in target/tail")
    private @Nullable Path folder;

    @Option(names = "--rounds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "8", description = "measured each time, default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "2", description = "before each, default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--server-core", defaultValue = "0")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1")
    private int loadCore;

    private final Workplace workplace = Workplace.here();
    private final Map<String, Rounds> results = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path where = folder == null ? workplace.benchmarks().resolve("target/tail") : folder;
        ColdFiles files = new ColdFiles(where.toAbsolutePath(), clients, mebibytes);
        List<Server.Running> servers = new ArrayList<>();
        try (ProgressBar bar = Progress.bar("tail", (long) names.size() * (1 + rounds))) {
            bar.setExtraMessage("making files");
            files.make();
            for (Server server :
                    new HttpServers(workplace, "--files", files.folder().toString()).named(names)) {
                server.start(workplace, serverCore).ifPresent(servers::add);
            }
            if (servers.isEmpty()) {
                System.err.println("no server to measure");
                return 1;
            }
            for (Server.Running server : servers) {
                bar.setExtraMessage("warming " + server.server().name());
                measure(server, files);
                bar.step();
            }
            for (int round = 0; round < rounds; round++) {
                for (Server.Running server : servers) {
                    bar.setExtraMessage(server.server().name());
                    results.computeIfAbsent(server.server().name(), name -> new Rounds())
                            .put(round, measure(server, files));
                    bar.step();
                }
                Collections.rotate(servers, 1);
            }
        } finally {
            servers.forEach(Server.Running::close);
            if (folder == null) {
                files.delete();
            }
        }
        String report = report();
        Files.writeString(workplace.result("tail.md"), report);
        System.out.println(report + "\nwritten: " + workplace.result("tail.md"));
        return 0;
    }

    private Figures measure(Server.Running server, ColdFiles files) throws IOException, InterruptedException {
        SteadyLoad steady = new SteadyLoad(workplace, loadCore, "/plaintext", rate, connections, warmup, seconds);
        if (clients == 0) {
            return steady.measure(server).with("pulled", 0);
        }
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19")); // must not make the other client late
        command.addAll(workplace.java(
                FilePulls.class.getName(),
                "--port=" + server.port(),
                "--seconds=" + (warmup + seconds + FileTraffic.MORE_SECONDS)));
        files.paths().forEach(path -> command.add(path.toString()));
        try (Child pulls =
                Child.start("pulls", Workplace.pinned(loadCore, command), Map.of(), workplace.log("pulls"))) {
            if (pulls.awaitLine("pulling"::equals, SteadyLoad.PATIENCE).isEmpty()) {
                throw new IOException("no pulls from " + server.server().name() + ": " + pulls.complaint());
            }
            Figures latency = steady.measure(server);
            Figures pulled = steady.figures(pulls, server);
            return latency.with("pulled", pulled.get("bytes") / MEBIBYTE / pulled.get("seconds"))
                    .with("errors", latency.get("errors") + pulled.get("errors"));
        }
    }

    private String report() {
        Table table = new Table(
                "transport",
                "p50 µs",
                "p99 µs",
                "min-max",
                "p99 of epoll",
                "p99.9 µs",
                "max µs",
                "MiB/s",
                "busy",
                "errors");
        Rounds yardstick = results.getOrDefault(HttpServers.YARDSTICK, new Rounds());
        results.forEach((name, each) -> {
            Summary p99 = each.summary("p99_us");
            table.row(
                    name,
                    Table.number(each.summary("p50_us").median(), 0),
                    Table.number(p99.median(), 0),
                    Table.number(p99.min(), 0) + "-" + Table.number(p99.max(), 0),
                    Table.number(each.ratio("p99_us", yardstick), 3),
                    Table.number(each.summary("p999_us").median(), 0),
                    Table.number(each.summary("max_us").median(), 0),
                    Table.number(each.summary("pulled").median(), 0),
                    Table.number(each.summary("busy").median(), 2),
                    Table.number(each.summary("errors").max(), 0));
        });
        return String.format(
                Locale.ROOT, """
                # Small answers beside cold files

                `/plaintext` at %,d requests a second on %d connections, one event loop, while %d clients pull files of %,d MiB that the
                page cache does not hold. Latency counts from when a request was due. Medians of %d round(s) of %.1f s. %s.

                %s\
                """, rate, connections, clients, mebibytes, rounds, seconds, Machine.describe(), table);
    }
}
