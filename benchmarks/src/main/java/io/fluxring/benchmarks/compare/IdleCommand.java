package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.compare.LoadGenerator.Shape;
import io.fluxring.benchmarks.compare.ProcessMemory.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an idle connection costs a server in memory: the difference between none and many, after a full collection. */
@Command(name = "idle", mixinStandardHelpOptions = true, description = "Memory of an idle connection.")
public final class IdleCommand implements Callable<Integer> {

    /** Before the first look: classes are loaded, code is compiled, and what grows once has grown. */
    private static final Shape WARMUP = new Shape(50, 64, 1);

    private static final int WARMUP_CLIENTS = 2_000;
    private static final int WARMUP_CONCURRENCY = 64;

    @Option(names = "--connections", defaultValue = "8000", description = "default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--messages",
            defaultValue = "1",
            description = "that each connection has exchanged before, default: ${DEFAULT-VALUE}")
    private int messages;

    @Option(names = "--warmup", defaultValue = "4", description = "seconds under load, default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--classes", defaultValue = "20", description = "rows by class, default: ${DEFAULT-VALUE}")
    private int classes;

    @Option(
            names = "--servers",
            split = ",",
            defaultValue = "c,fluxring,fluxring-fixed",
            description = "default: ${DEFAULT-VALUE}; also those of echo")
    private List<String> names = List.of();

    @Option(names = "--server-core", defaultValue = "0")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1")
    private int loadCore;

    private final Workplace workplace = Workplace.here();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, ProcessMemory> results = new LinkedHashMap<>();
        for (Server server : new Servers(workplace).named(names)) {
            Optional<Server.Running> running = server.start(workplace, serverCore);
            if (running.isPresent()) {
                try (Server.Running started = running.get()) {
                    results.put(server.name(), measure(started));
                }
            }
        }
        String report = report(results);
        Files.writeString(workplace.result("idle.md"), report);
        System.out.println(report + "\nwritten: " + workplace.result("idle.md"));
        return 0;
    }

    private ProcessMemory measure(Server.Running server) throws IOException, InterruptedException {
        LoadGenerator load = new LoadGenerator(workplace, loadCore);
        load.clients(server, WARMUP_CLIENTS, WARMUP_CONCURRENCY, false);
        load.closedLoop(server, WARMUP, 0, warmup);
        ProcessMemory before = server.memory();
        try (Child _ = load.idle(server, connections, messages)) {
            return server.memory().minus(before);
        }
    }

    private String report(Map<String, ProcessMemory> results) {
        StringBuilder text = new StringBuilder("""
            # An idle connection

            %,d connections that have exchanged %d message(s) each, against none at all; bytes and objects a connection. %s.

            """.formatted(connections, messages, Machine.describe()));
        Table totals = new Table("server", "heap bytes", "objects", "bytes outside the heap");
        results.forEach((name, memory) -> totals.row(
                name,
                each(memory.total().bytes(), 1),
                each(memory.total().objects(), 2),
                each(memory.outsideHeap(), 1)));
        text.append(totals);
        results.forEach((name, memory) -> {
            if (!memory.heap().isEmpty()) {
                text.append("\n## ").append(name).append("\n\n").append(byClass(memory));
            }
        });
        return text.toString();
    }

    private Table byClass(ProcessMemory memory) {
        Table table = new Table("class", "bytes", "objects");
        memory.heap().entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparingLong(Usage::bytes).reversed()))
                .limit(classes)
                .forEach(entry -> table.row(
                        entry.getKey(),
                        each(entry.getValue().bytes(), 1),
                        each(entry.getValue().objects(), 2)));
        return table;
    }

    private String each(long amount, int decimals) {
        return Table.number((double) amount / connections, decimals);
    }
}
