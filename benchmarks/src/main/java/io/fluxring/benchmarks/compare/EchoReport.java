package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Gathers the rounds of the echo comparison and writes them: raw lines, a table a connection count, a plot. */
final class EchoReport {

    private final Workplace workplace;
    private final String settings;
    private final Map<Integer, Map<String, Rounds>> byConnections = new LinkedHashMap<>();
    private final List<String> raw = new ArrayList<>();

    EchoReport(Workplace workplace, int size, int depth, int rounds, double seconds) {
        this.workplace = workplace;
        this.settings = String.format(
                Locale.ROOT,
                "Messages of %d bytes, %d outstanding on each connection; %d rounds of %.1f s. %s.",
                size,
                depth,
                rounds,
                seconds,
                Machine.describe());
    }

    void add(String server, int connections, int round, Figures figures) {
        byConnections
                .computeIfAbsent(connections, c -> new LinkedHashMap<>())
                .computeIfAbsent(server, s -> new Rounds())
                .put(round, figures);
        raw.add("{\"server\":\"%s\",\"round\":%d,%s"
                .formatted(server, round, figures.line().substring(1)));
    }

    /** Writes the files; returns what belongs on the terminal. */
    String write() throws IOException {
        StringBuilder text =
                new StringBuilder("# Echo servers\n\n").append(settings).append('\n');
        byConnections.forEach((connections, servers) -> text.append("\n## ")
                .append(connections)
                .append(" connections\n\n")
                .append(table(servers)));
        text.append("\n![throughput and CPU time](echo.png)\n");
        Files.write(workplace.result("echo.jsonl"), raw);
        Files.writeString(workplace.result("echo.md"), text);
        Map<String, Map<String, Map<String, Double>>> charts = new LinkedHashMap<>();
        charts.put("messages a second", medians("rate"));
        charts.put("CPU time of the server, µs a message", medians("server_cpu_us"));
        Bars.write(workplace.result("echo.png"), charts);
        return text + "\nwritten: " + workplace.result("echo.md");
    }

    private static String table(Map<String, Rounds> servers) {
        Table table = new Table(
                "server",
                "messages/s",
                "rate of C",
                "CPU µs/message",
                "min-max",
                "CPU of C",
                "p50 µs",
                "p99 µs",
                "busy",
                "load busy",
                "errors");
        Rounds yardstick = servers.getOrDefault(Servers.YARDSTICK, new Rounds());
        servers.forEach((name, rounds) -> {
            Summary cpu = rounds.summary("server_cpu_us");
            table.row(
                    name,
                    Table.number(rounds.summary("rate").median(), 0),
                    Table.number(rounds.ratio("rate", yardstick), 2),
                    Table.number(cpu.median(), 2),
                    Table.number(cpu.min(), 2) + "-" + Table.number(cpu.max(), 2),
                    Table.number(rounds.ratio("server_cpu_us", yardstick), 2),
                    Table.number(rounds.summary("p50_us").median(), 0),
                    Table.number(rounds.summary("p99_us").median(), 0),
                    Table.number(rounds.summary("server_busy").median(), 2),
                    Table.number(rounds.summary("load_busy").median(), 2),
                    Table.number(rounds.summary("errors").max(), 0));
        });
        return table.toString();
    }

    private Map<String, Map<String, Double>> medians(String figure) {
        Map<String, Map<String, Double>> series = new LinkedHashMap<>();
        byConnections.forEach((connections, servers) -> {
            Map<String, Double> medians = new LinkedHashMap<>();
            servers.forEach(
                    (name, rounds) -> medians.put(name, rounds.summary(figure).median()));
            series.put(connections + " connections", medians);
        });
        return series;
    }
}
