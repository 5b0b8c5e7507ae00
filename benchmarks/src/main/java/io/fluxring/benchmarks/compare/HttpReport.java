package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.compare.Wrk.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the rounds of the comparison of HTTP servers and writes them: raw lines, and a table a shape of load. */
final class HttpReport {

    private final Workplace workplace;
    private final String settings;
    private final Map<Shape, Map<String, Rounds>> byShape = new LinkedHashMap<>();
    private final List<String> raw = new ArrayList<>();

    HttpReport(Workplace workplace, int jvms, int rounds, int seconds) {
        this.workplace = workplace;
        this.settings = "`/plaintext` by wrk; one event loop; %d JVM(s) a transport, %d round(s) of %d s in each. %s."
                .formatted(jvms, rounds, seconds, Machine.describe());
    }

    void add(String transport, Shape shape, int round, Figures figures) {
        byShape.computeIfAbsent(shape, s -> new LinkedHashMap<>())
                .computeIfAbsent(transport, t -> new Rounds())
                .put(round, figures);
        raw.add("{\"transport\":\"%s\",\"connections\":%d,\"depth\":%d,\"round\":%d,%s"
                .formatted(
                        transport,
                        shape.connections(),
                        shape.depth(),
                        round,
                        figures.line().substring(1)));
    }

    /** Writes the files; returns what belongs on the terminal. */
    String write() throws IOException {
        StringBuilder text =
                new StringBuilder("# HTTP servers\n\n").append(settings).append('\n');
        byShape.forEach((shape, transports) ->
                text.append("\n## ").append(shape).append("\n\n").append(table(shape, transports)));
        Files.write(workplace.result("http.jsonl"), raw);
        Files.writeString(workplace.result("http.md"), text);
        return text + "\nwritten: " + workplace.result("http.md");
    }

    private static String table(Shape shape, Map<String, Rounds> transports) {
        Table table = new Table(
                "transport",
                "CPU µs/request",
                "min-max",
                "of epoll",
                "requests/s",
                "of epoll's",
                "p50 µs",
                "p99 µs",
                "p99 of epoll",
                "bytes/request",
                "bytes of epoll",
                "busy",
                "errors");
        Rounds yardstick = transports.getOrDefault(HttpServers.YARDSTICK, new Rounds());
        transports.forEach((name, rounds) -> {
            Summary cpu = rounds.summary("cpu_us");
            table.row(
                    name,
                    Table.number(cpu.median(), 2),
                    Table.number(cpu.min(), 2) + "-" + Table.number(cpu.max(), 2),
                    Table.number(rounds.ratio("cpu_us", yardstick), 2),
                    Table.number(rounds.summary("rate").median(), 0),
                    Table.number(rounds.ratio("rate", yardstick), 2),
                    latency(shape, rounds.summary("p50_us").median(), 0),
                    latency(shape, rounds.summary("p99_us").median(), 0),
                    latency(shape, rounds.ratio("p99_us", yardstick), 2),
                    Table.number(rounds.summary("bytes").median(), 0),
                    Table.number(rounds.ratio("bytes", yardstick), 2),
                    Table.number(rounds.summary("busy").median(), 2),
                    Table.number(rounds.summary("errors").max(), 0));
        });
        return table.toString();
    }

    /** None where requests are pipelined: wrk corrects the time of a whole batch by the pace of single requests. */
    private static String latency(Shape shape, double value, int decimals) {
        return Table.number(shape.depth() > 1 ? Double.NaN : value, decimals);
    }
}
