package io.fluxring.samples.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far a long work has come, on a terminal. Anywhere else there is nothing to see. */
final class CopyProgressBar implements AutoCloseable {
    private static final long MEBIBYTE = 1 << 20;
    private static final int WIDTH = 100;
    private static final int UPDATE_MILLIS = 200;

    private final @Nullable ProgressBar bar;

    private CopyProgressBar(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * A bar, if standard error is a terminal.
     *
     * @param task in front of it
     * @param totalBytes how much there is to do, or less than 1 where that is not known
     */
    static CopyProgressBar of(String task, long totalBytes) {
        if (!isTerminal()) {
            return new CopyProgressBar(null);
        }
        return new CopyProgressBar(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(totalBytes > 0 ? totalBytes : -1)
                .setUnit(" MiB", MEBIBYTE)
                .showSpeed()
                .setSpeedUnit(ChronoUnit.SECONDS)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build());
    }

    private static boolean isTerminal() {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    void at(long bytes) {
        if (bar != null) {
            bar.stepTo(bytes);
        }
    }

    void by(long bytes) {
        if (bar != null) {
            bar.stepBy(bytes);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
