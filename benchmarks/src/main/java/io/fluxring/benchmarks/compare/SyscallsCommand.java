package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How often a server calls the kernel for clients that come, send a line, read it back and go. */
@Command(
        name = "syscalls",
        mixinStandardHelpOptions = true,
        description = "System calls of a server for 1,000 clients.")
public final class SyscallsCommand implements Callable<Integer> {

    @Option(names = "--clients", defaultValue = "1000", description = "default: ${DEFAULT-VALUE}")
    private int clients;

    @Option(names = "--concurrency", defaultValue = "64", description = "at a time, default: ${DEFAULT-VALUE}")
    private int concurrency;

    @Option(names = "--warmup", defaultValue = "2000", description = "clients before, default: ${DEFAULT-VALUE}")
    private int warmup;

    @Option(
            names = "--servers",
            split = ",",
            defaultValue = "c,c-all,fluxring,fluxring-all,netty-epoll,netty-io_uring,netty-io_uring-buffers",
            description = "default: ${DEFAULT-VALUE}")
    private List<String> names = List.of();

    @Option(names = "--server-core", defaultValue = "0")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1")
    private int loadCore;

    private final Workplace workplace = Workplace.here();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Table waves = newTable();
        Table stream = newTable();
        List<Server> servers = new Servers(workplace).named(names);
        try (ProgressBar bar = Progress.bar("syscalls", servers.size())) {
            for (Server server : servers) {
                bar.setExtraMessage(server.name());
                Optional<Server.Running> running = server.start(workplace, serverCore);
                if (running.isPresent()) {
                    try (Server.Running started = running.get()) {
                        count(started, waves, stream);
                    }
                }
                bar.step();
            }
        }
        String report = """
            # System calls for %d clients

            %s.

            ## In waves of %d

            %s
            ## As a stream, %d at a time

            %s\
            """.formatted(clients, Machine.describe(), concurrency, waves, concurrency, stream);
        Files.writeString(workplace.result("syscalls.md"), report);
        System.out.println(report + "\nwritten: " + workplace.result("syscalls.md"));
        return 0;
    }

    private static Table newTable() {
        return new Table("server", "system calls", "a client", "failed", "other threads", "which");
    }

    private void count(Server.Running server, Table waves, Table stream) throws IOException, InterruptedException {
        LoadGenerator load = new LoadGenerator(workplace, loadCore);
        load.clients(server, warmup, concurrency, false);
        load.clients(server, warmup, concurrency, true);
        try (Trace trace = Trace.attach(workplace, server, serverCore)) {
            Trace.Counts before = trace.counts();
            Figures inWaves = load.clients(server, clients, concurrency, true);
            Trace.Counts between = trace.counts();
            Figures asStream = load.clients(server, clients, concurrency, false);
            Trace.Counts after = trace.counts();
            addRow(waves, server.server(), between.minus(before), inWaves);
            addRow(stream, server.server(), after.minus(between), asStream);
        }
    }

    private void addRow(Table table, Server server, Trace.Counts counts, Figures figures) {
        Map<String, Long> loop = counts.ofThreads(server.loopThread());
        long total = Trace.total(loop);
        table.row(
                server.name(),
                Long.toString(total),
                Table.number((double) total / clients, 2),
                Table.number(figures.get("failed"), 0),
                Long.toString(counts.total() - total),
                Trace.describe(loop));
    }
}
