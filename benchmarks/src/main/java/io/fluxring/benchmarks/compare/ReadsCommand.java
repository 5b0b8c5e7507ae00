package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Random reads from a file, by fio and by Fluxring, in the same modes and at the same depths, in turn. */
@Command(
        name = "reads",
        mixinStandardHelpOptions = true,
        description = "Random 4 KiB reads, beside fio's io_uring engine.")
public final class ReadsCommand implements Callable<Integer> {
    private static final String PROGRAM = "io.fluxring.benchmarks.reads.ReadProgram";
    private static final int MEBIBYTE = 1 << 20;

    /** The options of fio that stand for a mode. */
    private static final Map<String, List<String>> FIO_MODES = Map.of(
            "inline", List.of(),
            "sqpoll", List.of("--sqthread_poll=1", "--sqthread_poll_cpu=1"),
            "async", List.of("--force_async=1"),
            "direct", List.of("--direct=1"));

    @Option(
            names = "--modes",
            split = ",",
            defaultValue = "inline,sqpoll,async,direct",
            description = "default: ${DEFAULT-VALUE}")
    private List<String> modes = List.of();

    @Option(names = "--depths", split = ",", defaultValue = "1,2,4,8,32", description = "default: ${DEFAULT-VALUE}")
    private List<Integer> depths = List.of();

    @Option(names = "--levels", split = ",", defaultValue = "ring,loop", description = "default: ${DEFAULT-VALUE}")
    private List<String> levels = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "a depth and round, default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "1", description = "a depth and round, default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--size", defaultValue = "256", description = "of the file, in MiB, default: ${DEFAULT-VALUE}")
    private int sizeMebibytes;

    @Option(names = "--core", defaultValue = "0", description = "the polling thread is on core 1")
    private int core;

    private final Workplace workplace = Workplace.here();

    /** One figure of one program. */
    private record Key(String mode, int depth, String program) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path file = workplace.log("reads").resolveSibling("reads.dat");
        fill(file);
        Map<Key, List<Double>> results = new LinkedHashMap<>();
        try (ProgressBar bar = Progress.bar("reads", (long) modes.size() * rounds * (1 + levels.size()))) {
            for (String mode : modes) {
                for (int round = 0; round < rounds; round++) {
                    bar.setExtraMessage(mode);
                    fio(mode, file, results);
                    bar.step();
                    for (String level : levels) {
                        fluxring(mode, level, file, results);
                        bar.step();
                    }
                }
            }
        } finally {
            Files.delete(file);
        }
        String report = report(results);
        Files.writeString(workplace.result("reads.md"), report);
        System.out.println(report + "\nwritten: " + workplace.result("reads.md"));
        return 0;
    }

    /** Written anew, so that all of it is in the page cache, and random, so that no file system packs it. */
    private void fill(Path file) throws IOException {
        byte[] block = new byte[MEBIBYTE];
        Random random = new Random(1);
        try (OutputStream output = Files.newOutputStream(file)) {
            for (int i = 0; i < sizeMebibytes; i++) {
                random.nextBytes(block);
                output.write(block);
            }
        }
    }

    /** fio as fast as it can be had: registered file and buffers, no latencies taken, batches as large as the depth. */
    private void fio(String mode, Path file, Map<Key, List<Double>> results) throws IOException, InterruptedException {
        for (int depth : depths) {
            List<String> command = new ArrayList<>(List.of(
                    "fio",
                    "--name=reads",
                    "--filename=" + file,
                    "--size=" + sizeMebibytes + "m",
                    "--rw=randread",
                    "--bs=4k",
                    "--invalidate=0", // or it would read from the device what all others find in the page cache
                    "--ioengine=io_uring",
                    "--registerfiles=1",
                    "--fixedbufs=1",
                    "--norandommap",
                    "--randrepeat=0",
                    "--gtod_reduce=1",
                    "--iodepth=" + depth,
                    "--iodepth_batch_submit=" + depth,
                    "--iodepth_batch_complete_min=1",
                    "--iodepth_batch_complete_max=" + depth,
                    "--time_based",
                    "--runtime=" + millis(seconds),
                    "--ramp_time=" + millis(warmup),
                    "--output-format=terse",
                    "--terse-version=3"));
            command.addAll(FIO_MODES.get(mode));
            Duration limit = Duration.ofMillis((long) ((seconds + warmup) * 1000) + 30_000);
            try (Child child = Child.start("fio", Workplace.pinned(core, command), Map.of(), workplace.log("fio"))) {
                Optional<String> line = child.awaitLine(each -> each.startsWith("3;"), limit);
                String figures = line.orElseThrow(() -> new IOException("no figures from fio: " + child.complaint()));
                double iops = Double.parseDouble(figures.split(";", -1)[7]);
                add(results, new Key(mode, depth, "fio"), iops);
            }
        }
    }

    private static String millis(double seconds) {
        return (long) (seconds * 1000) + "ms";
    }

    private void fluxring(String mode, String level, Path file, Map<Key, List<Double>> results)
            throws IOException, InterruptedException {
        List<String> command = workplace.java(
                PROGRAM,
                "--file=" + file,
                "--mode=" + mode,
                "--level=" + level,
                "--seconds=" + seconds,
                "--warmup=" + warmup,
                "--depths="
                        + String.join(",", depths.stream().map(String::valueOf).toList()));
        Duration limit = Duration.ofMillis((long) ((seconds + warmup) * 1000) + 30_000);
        try (Child child = Child.start(level, Workplace.pinned(core, command), Map.of(), workplace.log("reads"))) {
            for (int i = 0; i < depths.size(); i++) {
                Optional<String> line = child.awaitLine(each -> each.startsWith("read "), limit);
                Figures figures =
                        Figures.parse(line.orElseThrow(() -> new IOException("no figures: " + child.complaint())));
                Key key = new Key(mode, (int) figures.get("depth"), level);
                add(results, key, figures.get("iops"));
            }
        }
    }

    private static void add(Map<Key, List<Double>> results, Key key, double value) {
        results.computeIfAbsent(key, each -> new ArrayList<>()).add(value);
    }

    private static List<Double> each(Map<Key, List<Double>> results, Key key) {
        return results.getOrDefault(key, List.of());
    }

    private String report(Map<Key, List<Double>> results) {
        List<String> titles = new ArrayList<>(List.of("mode", "depth", "fio, reads/s"));
        for (String level : levels) {
            titles.add(level + ", reads/s");
            titles.add("of fio");
        }
        Table table = new Table(titles.toArray(String[]::new));
        for (String mode : modes) {
            for (int depth : depths) {
                List<Double> fio = each(results, new Key(mode, depth, "fio"));
                List<String> cells = new ArrayList<>(List.of(
                        mode,
                        Integer.toString(depth),
                        Table.number(Summary.of(fio).median(), 0)));
                for (String level : levels) {
                    List<Double> ours = each(results, new Key(mode, depth, level));
                    List<Double> ratios = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        ratios.add(ours.get(round) / fio.get(round));
                    }
                    cells.add(Table.number(Summary.of(ours).median(), 0));
                    cells.add(Table.number(Summary.of(ratios).median(), 2));
                }
                table.row(cells.toArray(String[]::new));
            }
        }
        return String.format(
                Locale.ROOT,
                "# Random reads of 4 KiB%n%nMedians of %d rounds of %.1f s; a file of %d MiB, which the page cache"
                        + " holds. %s.%n%n%s",
                rounds,
                seconds,
                sizeMebibytes,
                Machine.describe(),
                table);
    }
}
