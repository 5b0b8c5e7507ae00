package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.files.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * fio's io_uring engine, a process a task, as fast as it can be had: registered file and buffers, no latencies taken, batches as large as
 * the depth. It does not look at what it reads, and its CPU time is that of its own thread, without the kernel's workers that write.
 */
final class FioWorker implements FileWorker {

    // Of the terse format, version 3. Of the figures for reads; those for writes have their places behind them.
    private static final int READ_KIBIBYTES = 5;
    private static final int READ_MILLIS = 8;
    private static final int WRITES_BEHIND = 41;
    private static final int USER_PERCENT = 87;
    private static final int SYSTEM_PERCENT = 88;

    private final Workplace workplace;

    FioWorker(Workplace workplace) {
        this.workplace = workplace;
    }

    @Override
    public Figures run(Task task) throws IOException, InterruptedException {
        try (Child child = Child.start("fio", command(task), Map.of(), workplace.log("fio"))) {
            String line = child.awaitLine(each -> each.startsWith("3;"), PATIENCE)
                    .orElseThrow(() -> new IOException("no figures from fio: " + child.complaint()));
            return figures(task, line.split(";", -1));
        }
    }

    private static Figures figures(Task task, String[] cells) {
        int from = task.work().isWrite() ? WRITES_BEHIND : 0;
        double bytes = Double.parseDouble(cells[from + READ_KIBIBYTES]) * 1024;
        double seconds = Double.parseDouble(cells[from + READ_MILLIS]) / 1000;
        double busy = percent(cells[USER_PERCENT]) + percent(cells[SYSTEM_PERCENT]);
        return Figures.parse(String.format(
                Locale.ROOT,
                "{\"bytes\":%.0f,\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"allocated\":0}",
                bytes,
                seconds,
                busy * seconds));
    }

    private static double percent(String cell) {
        return Double.parseDouble(cell.replace("%", "")) / 100;
    }

    private static List<String> command(Task task) {
        List<String> command = new ArrayList<>(List.of(
                "fio",
                "--name=files",
                "--filename=" + task.file(),
                "--size=" + task.bytes(),
                "--bs=" + task.chunkBytes(),
                "--ioengine=io_uring",
                "--registerfiles=1",
                "--fixedbufs=1",
                "--gtod_reduce=1",
                "--iodepth=" + task.depth(),
                "--iodepth_batch_submit=" + task.depth(),
                "--iodepth_batch_complete_min=1",
                "--iodepth_batch_complete_max=" + task.depth(),
                "--invalidate=0", // the page cache is as the task wants it
                "--fadvise_hint=0",
                "--fallocate=none",
                "--output-format=terse",
                "--terse-version=3"));
        command.addAll(
                switch (task.work()) {
                    case CACHED, COLD -> List.of("--rw=read");
                    case DIRECT -> List.of("--rw=read", "--direct=1");
                    case RANDOM ->
                        List.of(
                                "--rw=randread",
                                "--direct=1",
                                "--norandommap",
                                "--randrepeat=0",
                                "--time_based",
                                "--runtime=" + (long) (task.seconds() * 1000) + "ms");
                    case WRITE -> List.of("--rw=write", "--create_on_open=1");
                    case WRITE_SYNC -> List.of("--rw=write", "--create_on_open=1", "--end_fsync=1");
                    case WRITE_DSYNC -> List.of("--rw=write", "--create_on_open=1", "--sync=dsync");
                });
        return command;
    }

    @Override
    public boolean isJava() {
        return false;
    }

    @Override
    public void close() {}
}
