package io.fluxring.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The samples {@code copy} and {@code sum} beside {@code cp} and {@code sha256sum}: how long a user waits, in turn. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        description = "samples/run copy and sum of a cached file, beside cp and sha256sum.")
public final class CopyCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(names = "--size", defaultValue = "2048", description = "of the file, in MiB, default: ${DEFAULT-VALUE}")
    private int sizeMebibytes;

    @Option(
            names = "--files",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the files are made, default: ${DEFAULT-VALUE}")
    private Path folder = Path.of("");

    @Option(names = "--rounds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    private final Workplace workplace = Workplace.here();
    private final Map<String, Rounds> results = new LinkedHashMap<>();

    /** A program, and the one that it is compared with. */
    private record Contestant(String name, String yardstick, List<String> command, boolean writes) {

        List<String> command(Path from, Path to) {
            List<String> all = new ArrayList<>(command);
            all.add(from.toString());
            if (writes) {
                all.add(to.toString());
            }
            return all;
        }
    }

    private List<Contestant> contestants() {
        return List.of(
                new Contestant("cp", "cp", List.of("cp"), true),
                new Contestant("samples/run copy", "cp", workplace.sample("copy"), true),
                new Contestant("sha256sum", "sha256sum", List.of("sha256sum"), false),
                new Contestant("samples/run sum", "sha256sum", workplace.sample("sum"), false));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path where = Files.createTempDirectory(Files.createDirectories(folder), "fluxring-copy");
        Path empty = where.resolve("empty");
        Path source = where.resolve("source");
        Path target = where.resolve("target");
        List<Contestant> all = contestants();
        try (ProgressBar bar = Progress.bar("copy", (long) all.size() * (rounds + 1))) {
            Files.createFile(empty);
            FileSet.fill(source, sizeMebibytes * MEBIBYTE);
            PageCache.flush(source);
            for (int round = -1; round < rounds; round++) { // the first builds what is not built, and is not counted
                for (Contestant each : all) {
                    bar.setExtraMessage(each.name);
                    double start = seconds(each.command(empty, target));
                    Files.deleteIfExists(target);
                    double whole = seconds(each.command(source, target));
                    Files.deleteIfExists(target);
                    if (round >= 0) {
                        add(each, round, whole, start);
                    }
                    bar.step();
                }
            }
        } finally {
            for (Path each : List.of(empty, source, target, where)) {
                Files.deleteIfExists(each);
            }
        }
        String report = report(all);
        Files.writeString(workplace.result("copy.md"), report);
        System.out.println(report + "\nwritten: " + workplace.result("copy.md"));
        return 0;
    }

    private static double seconds(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(new File("/dev/null"))
                .start();
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + " has failed");
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void add(Contestant contestant, int round, double whole, double start) {
        Figures figures = Figures.parse(String.format(
                Locale.ROOT,
                "{\"whole\":%.4f,\"start\":%.4f,\"rest\":%.4f}",
                whole,
                start,
                Math.max(0, whole - start)));
        results.computeIfAbsent(contestant.name, name -> new Rounds()).put(round, figures);
    }

    private String report(List<Contestant> all) {
        Table table =
                new Table("program", "seconds", "min-max", "of", "ratio", "empty file", "without it", "ratio without");
        for (Contestant each : all) {
            Rounds mine = results.getOrDefault(each.name, new Rounds());
            Rounds other = results.getOrDefault(each.yardstick, new Rounds());
            Summary whole = mine.summary("whole");
            table.row(
                    each.name,
                    Table.number(whole.median(), 3),
                    Table.number(whole.min(), 3) + "-" + Table.number(whole.max(), 3),
                    each.yardstick,
                    Table.number(mine.ratio("whole", other), 2),
                    Table.number(mine.summary("start").median(), 3),
                    Table.number(mine.summary("rest").median(), 3),
                    Table.number(mine.ratio("rest", other), 2));
        }
        return String.format(Locale.ROOT, """
            # Copies and sums

            Seconds of wall clock for a cached file of %d MiB, medians of %d round(s); beside them the same for an empty file, which is the
            start of the program. %s.

            %s\
            """, sizeMebibytes, rounds, Machine.describe(), table);
    }
}
