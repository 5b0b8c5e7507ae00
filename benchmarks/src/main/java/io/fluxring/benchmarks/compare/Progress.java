package io.fluxring.benchmarks.compare;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** The bar on the error stream, so that the standard output holds the report alone. */
final class Progress {

    private static final int WIDTH = 100;

    private Progress() {}

    static ProgressBar bar(String task, long steps) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build();
    }
}
