package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The sample {@code webflux}, a Spring application with large files, on the ring and without it. */
@Command(
        name = "webflux",
        mixinStandardHelpOptions = true,
        description = "Downloads and uploads of a Spring application, and latency of its small requests beside them.")
public final class WebfluxCommand implements Callable<Integer> {

    private static final long MEBIBYTE = 1 << 20;
    private static final String ALONE = "nothing";
    private static final String TRAFFIC = "files";

    @Option(
            names = "--transports",
            split = ",",
            defaultValue = "ring,epoll,io_uring",
            description = "io_uring is Netty's; default: ${DEFAULT-VALUE}")
    private List<String> transports = List.of();

    @Option(names = "--size", defaultValue = "2048", description = "of large files, in MiB, default: ${DEFAULT-VALUE}")
    private int sizeMebibytes;

    @Option(names = "--rounds", defaultValue = "3", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "4",
            description = "of small requests, measured each time, default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "1", description = "seconds before each, default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--rate", defaultValue = "200", description = "small requests a second, default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(names = "--connections", defaultValue = "100", description = "for them, default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--path", defaultValue = "/status", description = "what they ask for, default: ${DEFAULT-VALUE}")
    private String path = "";

    @Option(
            names = "--downloads",
            defaultValue = "20",
            description = "clients beside them that pull a cold file each, default: ${DEFAULT-VALUE}")
    private int downloads;

    @Option(
            names = "--uploads",
            defaultValue = "4",
            description = "clients beside them that upload one each, default: ${DEFAULT-VALUE}")
    private int uploads;

    @Option(names = "--mebibytes", defaultValue = "256", description = "size of those files, default: ${DEFAULT-VALUE}")
    private int mebibytes;

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description =
                    "folder for the files, which stay there; by default they are made and deleted in target/webflux")
    private @Nullable Path folder;

    @Option(names = "--loops", defaultValue = "1", description = "event loops of the server, default: ${DEFAULT-VALUE}")
    private int loops;

    @Option(names = "--server-core", defaultValue = "0")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1")
    private int loadCore;

    private final Workplace workplace = Workplace.here();
    private final WebfluxReport report = new WebfluxReport();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path where = folder == null ? workplace.benchmarks().resolve("target/webflux") : folder;
        WebfluxFiles files = new WebfluxFiles(
                new ColdFiles(where.toAbsolutePath().normalize(), downloads, mebibytes),
                sizeMebibytes * MEBIBYTE,
                uploads);
        List<Server.Running> servers = new ArrayList<>();
        try (ProgressBar bar = Progress.bar("webflux", (long) transports.size() * (1 + rounds))) {
            bar.setExtraMessage("making files");
            files.make();
            WebfluxServers all = new WebfluxServers(workplace, files.traffic().folder(), loops);
            for (String transport : transports) {
                all.start(transport, serverCore).ifPresent(servers::add);
            }
            if (servers.isEmpty()) {
                System.err.println("no server to measure");
                return 1;
            }
            try (Transfers transfers = new Transfers(workplace, loadCore, files)) {
                warmUp(servers, transfers, bar);
                for (int round = 0; round < rounds; round++) {
                    measure(servers, round, transfers, new FileTraffic(workplace, loadCore, files), bar);
                    Collections.rotate(servers, 1);
                }
            }
        } finally {
            servers.forEach(Server.Running::close);
            files.deleteUploads();
            if (folder == null) {
                files.delete();
            }
        }
        String text = text();
        Files.writeString(workplace.result("webflux.md"), text);
        System.out.println(text + "\nwritten: " + workplace.result("webflux.md"));
        return 0;
    }

    private void warmUp(List<Server.Running> servers, Transfers transfers, ProgressBar bar)
            throws IOException, InterruptedException {
        for (Server.Running server : servers) {
            bar.setExtraMessage("warming " + server.server().name());
            for (FileTransfer transfer : FileTransfer.values()) {
                transfers.measure(server, transfer);
            }
            steady().measure(server);
            bar.step();
        }
    }

    private SteadyLoad steady() {
        return new SteadyLoad(workplace, loadCore, path, rate, connections, warmup, seconds);
    }

    /** Servers inside: those that are compared with each other run next to each other. */
    private void measure(
            List<Server.Running> servers, int round, Transfers transfers, FileTraffic traffic, ProgressBar bar)
            throws IOException, InterruptedException {
        for (FileTransfer transfer : FileTransfer.values()) {
            for (Server.Running server : servers) {
                bar.setExtraMessage(server.server().name() + ": " + transfer.title());
                report.add(transfer.title(), server.server().name(), round, transfers.measure(server, transfer));
            }
        }
        for (Server.Running server : servers) {
            bar.setExtraMessage(server.server().name() + ": latency");
            String name = server.server().name();
            report.add(
                    ALONE,
                    name,
                    round,
                    Optional.of(steady().measure(server).with("pulled", 0).with("pushed", 0)));
            report.add(TRAFFIC, name, round, beside(traffic, server));
            bar.step();
        }
    }

    private Optional<Figures> beside(FileTraffic traffic, Server.Running server) throws InterruptedException {
        try {
            return Optional.of(traffic.measure(server, steady()));
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return Optional.empty();
        }
    }

    private String text() {
        return String.format(
                Locale.ROOT,
                """
                # A Spring application with large files

                The sample `webflux` on each transport, %d event loop(s) on one core, heap of 128 MiB, direct memory of 64 MiB. Medians of %d
                round(s). %s.

                ## Transfers of %,d MiB

                Each was compared with what it should be by its CRC-32C.

                %s
                ## Small requests

                `%s` at %,d requests a second on %d connections, alone and while %d clients download files of %,d MiB that the page cache does
                not hold, and %d upload as much each. Latency counts from when a request was due; %.1f s each time.

                %s\
                """,
                loops,
                rounds,
                Machine.describe(),
                sizeMebibytes,
                report.transfers(transports),
                path,
                rate,
                connections,
                downloads,
                mebibytes,
                uploads,
                seconds,
                report.latencies(List.of(ALONE, TRAFFIC), transports));
    }
}
