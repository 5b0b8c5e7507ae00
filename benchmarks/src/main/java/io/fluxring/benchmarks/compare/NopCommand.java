package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the path through the ring costs in C and in Java, told by operations that do nothing. */
@Command(name = "nop", mixinStandardHelpOptions = true, description = "Cost of an operation in C and in Java.")
public final class NopCommand implements Callable<Integer> {

    /** Takes the options of nop.c and prints its lines. */
    private static final String JAVA_LOOP = "io.fluxring.benchmarks.NopLoop";

    @Option(names = "--batches", split = ",", defaultValue = "1,8,32,128", description = "default: ${DEFAULT-VALUE}")
    private List<Integer> batches = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "a batch size and round, default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "2", description = "a batch size and round, default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--core", defaultValue = "0")
    private int core;

    private final Workplace workplace = Workplace.here();
    private final List<String> raw = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, List<String>> programs = new LinkedHashMap<>();
        programs.put("c", workplace.c("nop", options()));
        if (NopCommand.class.getResource("/" + JAVA_LOOP.replace('.', '/') + ".class") != null) {
            programs.put("java", workplace.java(JAVA_LOOP, options()));
        } else {
            System.err.printf("skipped java: there is no %s%n", JAVA_LOOP);
        }
        Map<String, List<Map<Integer, Figures>>> results = new LinkedHashMap<>();
        try (ProgressBar bar = Progress.bar("nop", (long) programs.size() * rounds)) {
            for (int round = 0; round < rounds; round++) {
                for (String name : programs.keySet()) {
                    bar.setExtraMessage(name);
                    results.computeIfAbsent(name, n -> new ArrayList<>()).add(run(name, programs.get(name)));
                    bar.step();
                }
            }
        }
        String report = report(results);
        Files.write(workplace.result("nop.txt"), raw);
        Files.writeString(workplace.result("nop.md"), report);
        System.out.println(report + "\nwritten: " + workplace.result("nop.md"));
        return 0;
    }

    private String[] options() {
        return new String[] {
            "--seconds=" + seconds,
            "--warmup=" + warmup,
            "--batches="
                    + String.join(",", batches.stream().map(String::valueOf).toList())
        };
    }

    /** The figures by batch size. */
    private Map<Integer, Figures> run(String name, List<String> command) throws IOException, InterruptedException {
        Map<Integer, Figures> byBatch = new LinkedHashMap<>();
        Duration limit = Duration.ofMillis((long) ((seconds + warmup) * 1_000) + 30_000);
        try (Child child = Child.start(name, Workplace.pinned(core, command), Map.of(), workplace.log("nop-" + name))) {
            while (byBatch.size() < batches.size()) {
                Optional<String> line = child.awaitLine(l -> l.startsWith("nop "), limit);
                Figures figures = Figures.parse(
                        line.orElseThrow(() -> new IOException("no figures from " + name + ": " + child.complaint())));
                byBatch.put((int) figures.get("batch"), figures);
                raw.add(name + " " + figures.line());
            }
        }
        return byBatch;
    }

    private String report(Map<String, List<Map<Integer, Figures>>> results) {
        Table table = new Table("batch", "C ns/op", "Java ns/op", "min-max", "of C", "Java bytes/op");
        for (int batch : batches) {
            List<Double> c = each(results, "c", batch, "ns_per_op");
            List<Double> java = each(results, "java", batch, "ns_per_op");
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < java.size(); round++) {
                ratios.add(java.get(round) / c.get(round));
            }
            Summary summary = Summary.of(java);
            table.row(
                    Integer.toString(batch),
                    Table.number(Summary.of(c).median(), 1),
                    Table.number(summary.median(), 1),
                    Table.number(summary.min(), 1) + "-" + Table.number(summary.max(), 1),
                    Table.number(Summary.of(ratios).median(), 2),
                    Table.number(
                            Summary.of(each(results, "java", batch, "bytes_per_op"))
                                    .max(),
                            3));
        }
        return "# NOP through the ring\n\nMedians of %d rounds of %.1f s. %s.\n\n%s"
                .formatted(rounds, seconds, Machine.describe(), table);
    }

    private static List<Double> each(
            Map<String, List<Map<Integer, Figures>>> results, String name, int batch, String figure) {
        return results.getOrDefault(name, List.of()).stream()
                .flatMap(round -> Optional.ofNullable(round.get(batch)).stream())
                .map(figures -> figures.get(figure))
                .toList();
    }
}
