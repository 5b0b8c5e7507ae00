package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.files.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gathers the figures of file libraries and writes them down as a table a kind of work, a plot and JSON lines. */
final class FilesReport {
    private static final double MEBIBYTE = 1 << 20;
    private static final double GIBIBYTE = 1 << 30;
    private static final int BLOCK_BYTES = 4096;
    private static final double MICROS = 1e6;

    private final Workplace workplace;
    private final int rounds;
    private final int sizeMebibytes;
    private final Map<Load, Map<String, Rounds>> byLoad = new TreeMap<>();
    private final Map<Load, Map<String, String>> settings = new LinkedHashMap<>();
    private final List<String> raw = new ArrayList<>();

    /**
     * What is compared.
     *
     * @param work which
     * @param depth of reads at random; 0 for others
     */
    record Load(Work work, int depth) implements Comparable<Load> {

        boolean isRandom() {
            return work == Work.RANDOM;
        }

        String yardstick() {
            return isRandom() ? FileContestant.RANDOM_YARDSTICK : FileContestant.STREAM_YARDSTICK;
        }

        String title() {
            return switch (work) {
                case CACHED -> "stream, cached";
                case COLD -> "stream, cold";
                case DIRECT -> "stream, O_DIRECT";
                case RANDOM -> "random 4 KiB, O_DIRECT, depth " + depth;
                case WRITE -> "write, not durable";
                case WRITE_SYNC -> "write, data sync at the end";
                case WRITE_DSYNC -> "write, each one DSYNC";
            };
        }

        @Override
        public int compareTo(Load other) {
            int byWork = work.compareTo(other.work);
            return byWork == 0 ? Integer.compare(depth, other.depth) : byWork;
        }
    }

    FilesReport(Workplace workplace, int rounds, int sizeMebibytes) {
        this.workplace = workplace;
        this.rounds = rounds;
        this.sizeMebibytes = sizeMebibytes;
    }

    void add(Load load, String library, String setting, int round, Figures figures) {
        double bytes = figures.get("bytes");
        double unit = load.isRandom() ? BLOCK_BYTES : GIBIBYTE;
        Figures derived = figures.with("mib_s", bytes / MEBIBYTE / figures.get("seconds"))
                .with("iops", bytes / BLOCK_BYTES / figures.get("seconds"))
                .with("cpu", figures.get("cpu_seconds") * (load.isRandom() ? MICROS : 1) / (bytes / unit))
                .with("heap", figures.get("allocated") / (load.isRandom() ? 1 : MEBIBYTE) / (bytes / unit));
        byLoad.computeIfAbsent(load, each -> new LinkedHashMap<>())
                .computeIfAbsent(library, each -> new Rounds())
                .put(round, derived);
        settings.computeIfAbsent(load, each -> new LinkedHashMap<>()).put(library, setting);
        raw.add("{\"work\":\"%s\",\"depth\":%d,\"library\":\"%s\",\"setting\":\"%s\",\"round\":%d,%s"
                .formatted(
                        load.work,
                        load.depth,
                        library,
                        setting,
                        round,
                        derived.line().substring(1)));
    }

    /** Writes the files; returns what belongs on the terminal. */
    String write() throws IOException {
        StringBuilder text = new StringBuilder("# Files\n\nMedians of %d round(s); files of %d MiB. %s.\n"
                .formatted(rounds, sizeMebibytes, Machine.describe()));
        byLoad.forEach((load, libraries) ->
                text.append("\n## ").append(load.title()).append("\n\n").append(table(load, libraries)));
        text.append("\n![streams, random reads and CPU time](files.png)\n");
        Files.write(workplace.result("files.jsonl"), raw);
        Files.writeString(workplace.result("files.md"), text);
        Bars.write(workplace.result("files.png"), charts());
        return text + "\nwritten: " + workplace.result("files.md");
    }

    private String table(Load load, Map<String, Rounds> libraries) {
        String yardstick = load.yardstick();
        String rate = load.isRandom() ? "iops" : "mib_s";
        Table table = new Table(
                "library",
                load.isRandom() ? "reads/s" : "MiB/s",
                "min-max",
                "of " + yardstick,
                load.isRandom() ? "CPU µs/read" : "CPU s/GiB",
                "CPU of " + yardstick,
                load.isRandom() ? "heap bytes/read" : "heap MiB/GiB",
                "pieces");
        Rounds reference = libraries.getOrDefault(yardstick, new Rounds());
        libraries.forEach((name, each) -> {
            Summary rates = each.summary(rate);
            boolean jvm = !name.equals("fio");
            boolean all = jvm || !load.work.isWrite(); // whether the CPU time is that of all threads
            table.row(
                    name,
                    Table.number(rates.median(), 0),
                    Table.number(rates.min(), 0) + "-" + Table.number(rates.max(), 0),
                    Table.number(each.ratio(rate, reference), 2),
                    Table.number(all ? each.summary("cpu").median() : Double.NaN, load.isRandom() ? 1 : 3),
                    Table.number(all ? each.ratio("cpu", reference) : Double.NaN, 2),
                    Table.number(jvm ? each.summary("heap").median() : Double.NaN, load.isRandom() ? 0 : 2),
                    settings.getOrDefault(load, Map.of()).getOrDefault(name, ""));
        });
        return table.toString();
    }

    private Map<String, Map<String, Map<String, Double>>> charts() {
        Map<String, Map<String, Map<String, Double>>> charts = new LinkedHashMap<>();
        byLoad.forEach((load, libraries) -> {
            if (load.isRandom()) {
                put(charts, "random reads of 4 KiB a second, O_DIRECT", "depth " + load.depth, "iops", libraries);
            } else {
                put(charts, "streams, MiB a second", load.title(), "mib_s", libraries);
                put(charts, "CPU time, seconds a GiB", load.title(), "cpu", libraries);
            }
        });
        return charts;
    }

    private static void put(
            Map<String, Map<String, Map<String, Double>>> charts,
            String chart,
            String series,
            String figure,
            Map<String, Rounds> libraries) {
        Map<String, Double> values = new LinkedHashMap<>();
        libraries.forEach((name, each) -> values.put(name, each.summary(figure).median()));
        charts.computeIfAbsent(chart, each -> new LinkedHashMap<>()).put(series, values);
    }
}
