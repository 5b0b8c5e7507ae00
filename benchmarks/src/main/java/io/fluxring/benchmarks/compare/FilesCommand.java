package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.compare.FileContestant.Setting;
import io.fluxring.benchmarks.files.Task;
import io.fluxring.benchmarks.files.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Streams of files, reads at random and writes, by each library that a Java program has for them. Each has a JVM of its own, which is
 * warmed up and stays; the rounds measure all of them in turn.
 */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        description = "Streams of files, random reads and writes, beside FileChannel, Spring, Reactor Netty, fio.")
public final class FilesCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;
    private static final int BLOCK_BYTES = 4096;

    /** Settings are compared over a part of the file. */
    private static final int TRIAL_PART = 4;

    private static final int TRIALS = 2;

    @Option(
            names = "--works",
            split = ",",
            defaultValue = "CACHED,COLD,DIRECT,RANDOM,WRITE,WRITE_SYNC,WRITE_DSYNC",
            description = "default: ${DEFAULT-VALUE}")
    private List<Work> works = List.of();

    @Option(names = "--libraries", split = ",", description = "default: all")
    private List<String> names = List.of();

    @Option(
            names = "--depths",
            split = ",",
            defaultValue = "1,4,16,32",
            description = "of reads at random, default: ${DEFAULT-VALUE}")
    private List<Integer> depths = List.of();

    @Option(names = "--size", defaultValue = "1024", description = "of a file, in MiB, default: ${DEFAULT-VALUE}")
    private int sizeMebibytes;

    @Option(
            names = "--dsync-size",
            defaultValue = "16",
            description = "of one with each write durable, in MiB, default: ${DEFAULT-VALUE}")
    private int dsyncMebibytes;

    @Option(
            names = "--files",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the files are made, default: ${DEFAULT-VALUE}")
    private Path folder = Path.of("");

    @Option(names = "--rounds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "0.5",
            description = "of reads at random, a depth and round, default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "1.5",
            description = "seconds of CPU time, a library and kind of work, default: ${DEFAULT-VALUE}")
    private double warmup;

    private final Workplace workplace = Workplace.here();

    /** One that takes part, and what suits it best. */
    private record Running(FileContestant contestant, FileWorker worker, Map<Work, Setting> best) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path where = Files.createTempDirectory(Files.createDirectories(folder), "fluxring-files");
        FileSet files = new FileSet(where, sizeMebibytes * MEBIBYTE);
        FilesReport report = new FilesReport(workplace, rounds, sizeMebibytes);
        List<Running> all = new ArrayList<>();
        try (ProgressBar bar = Progress.bar("files", (long) works.size() * (rounds + 1))) {
            bar.setExtraMessage("making files");
            files.make();
            for (FileContestant each : contestants()) {
                all.add(new Running(each, each.start(workplace), new LinkedHashMap<>()));
            }
            for (Work work : works) {
                for (Running each : doing(all, work)) {
                    bar.setExtraMessage("warming " + each.contestant.name());
                    warmUp(each, work, files);
                }
                bar.step();
            }
            for (int round = 0; round < rounds; round++) {
                for (Work work : works) {
                    bar.setExtraMessage(work.toString());
                    measure(doing(all, work), work, files, round, report);
                    bar.step();
                }
                Collections.rotate(all, 1);
            }
        } finally {
            all.forEach(each -> each.worker.close());
            files.delete();
        }
        System.out.println(report.write());
        return 0;
    }

    private List<FileContestant> contestants() {
        return names.isEmpty()
                ? FileContestant.ALL_CONTESTANTS
                : names.stream().map(FileContestant::named).toList();
    }

    private static List<Running> doing(List<Running> all, Work work) {
        return all.stream()
                .filter(each -> each.contestant.works().contains(work))
                .toList();
    }

    private long bytes(Work work) {
        return (work == Work.WRITE_DSYNC ? dsyncMebibytes : sizeMebibytes) * MEBIBYTE;
    }

    private Task random(FileSet files, int depth) {
        return new Task(Work.RANDOM, files.of(Work.RANDOM), bytes(Work.RANDOM), BLOCK_BYTES, depth, seconds);
    }

    private Task stream(FileSet files, Work work, Setting setting, long bytes) {
        return new Task(work, files.of(work), bytes, setting.chunkBytes(), setting.depth(), 0);
    }

    /** Has everything compiled, then finds the best setting. */
    private void warmUp(Running each, Work work, FileSet files) throws IOException, InterruptedException {
        if (each.worker.isJava()) {
            heat(each, work, files);
        }
        double best = 0;
        for (int trial = 0; trial < TRIALS && work != Work.RANDOM; trial++) {
            for (Setting setting : each.contestant.settings(work)) {
                Figures figures = run(each, stream(files, work, setting, bytes(work) / TRIAL_PART), files);
                double rate = figures.get("bytes") / figures.get("seconds");
                if (rate > best) {
                    best = rate;
                    each.best.put(work, setting);
                }
            }
        }
    }

    /** Works that go to the device run the code of those that do not; but for reads of what is not cached, and those take their time. */
    private void heat(Running each, Work work, FileSet files) throws IOException, InterruptedException {
        List<Task> tasks = switch (work) {
            case RANDOM -> depths.stream().map(depth -> random(files, depth)).toList();
            case CACHED, COLD, WRITE ->
                each.contestant.settings(work).stream()
                        .map(setting -> stream(files, work, setting, bytes(work)))
                        .toList();
            case DIRECT, WRITE_SYNC, WRITE_DSYNC -> List.of();
        };
        double enough = work == Work.COLD ? warmup / 3 : warmup;
        double cpuSeconds = 0;
        while (cpuSeconds < enough && !tasks.isEmpty()) {
            for (Task task : tasks) {
                cpuSeconds += run(each, task, files).get("cpu_seconds");
            }
        }
    }

    private static Figures run(Running each, Task task, FileSet files) throws IOException, InterruptedException {
        files.prepare(task.work());
        Figures figures = each.worker.run(task);
        files.tidyUp(task.work());
        return figures;
    }

    private void measure(List<Running> all, Work work, FileSet files, int round, FilesReport report)
            throws IOException, InterruptedException {
        if (work == Work.RANDOM) {
            for (int depth : depths) {
                for (Running each : all) {
                    String name = each.contestant.name();
                    report.add(
                            new FilesReport.Load(work, depth), name, "", round, run(each, random(files, depth), files));
                }
            }
            return;
        }
        if (work == Work.CACHED) {
            PageCache.load(files.of(work)); // should other programs have needed the memory
        }
        for (Running each : all) {
            Setting setting = each.best.get(work);
            if (setting != null) {
                Figures figures = run(each, stream(files, work, setting, bytes(work)), files);
                report.add(new FilesReport.Load(work, 0), each.contestant.name(), setting.toString(), round, figures);
            }
        }
    }
}
