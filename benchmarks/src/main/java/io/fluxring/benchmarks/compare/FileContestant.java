package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.files.Work;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What takes part in {@code files}.
 *
 * @param name how it is chosen on the command line and named in reports
 * @param works what it can do
 * @param settings among which the best is chosen, for each kind of work
 */
record FileContestant(String name, Set<Work> works, List<Setting> settings) {

    /** All streams are compared with it. */
    static final String STREAM_YARDSTICK = "channel";

    /** All reads at random are compared with it. */
    static final String RANDOM_YARDSTICK = "fio";

    /** The JDK's buffer size of streams, and Spring's. */
    private static final int DEFAULT_BYTES = 8192;

    private static final int KIBIBYTE = 1024;
    private static final int DURABLE_BYTES = 64 * KIBIBYTE;
    private static final List<Setting> ONE_AT_A_TIME =
            List.of(new Setting(64 * KIBIBYTE, 1), new Setting(128 * KIBIBYTE, 1), new Setting(256 * KIBIBYTE, 1));
    private static final List<Setting> WINDOW = List.of(
            new Setting(64 * KIBIBYTE, 4),
            new Setting(128 * KIBIBYTE, 4),
            new Setting(256 * KIBIBYTE, 4),
            new Setting(256 * KIBIBYTE, 16));

    private static final Set<Work> ALL = EnumSet.allOf(Work.class);
    private static final Set<Work> NO_DIRECT =
            EnumSet.of(Work.CACHED, Work.COLD, Work.WRITE, Work.WRITE_SYNC, Work.WRITE_DSYNC);
    private static final Set<Work> STREAMS = EnumSet.complementOf(EnumSet.of(Work.RANDOM));
    private static final Set<Work> BUFFERED_READS = EnumSet.of(Work.CACHED, Work.COLD);

    static final List<FileContestant> ALL_CONTESTANTS = List.of(
            new FileContestant(STREAM_YARDSTICK, ALL, ONE_AT_A_TIME),
            new FileContestant(RANDOM_YARDSTICK, ALL, WINDOW),
            new FileContestant("async-channel", ALL, WINDOW),
            new FileContestant("spring-default", BUFFERED_READS, List.of(new Setting(DEFAULT_BYTES, 1))),
            new FileContestant("spring", NO_DIRECT, ONE_AT_A_TIME),
            new FileContestant("reactor-netty", BUFFERED_READS, ONE_AT_A_TIME),
            new FileContestant("jasyncfio", ALL, WINDOW),
            new FileContestant("liburing", ALL, WINDOW),
            new FileContestant("fluxring-core", ALL, WINDOW),
            new FileContestant("fluxring-default", STREAMS, List.of(new Setting(128 * KIBIBYTE, 8))),
            new FileContestant("fluxring", ALL, WINDOW),
            new FileContestant("fluxring-fixed", EnumSet.of(Work.RANDOM), List.of()));

    /**
     * How a stream is cut.
     *
     * @param chunkBytes how much at once
     * @param depth how many operations are in flight
     */
    record Setting(int chunkBytes, int depth) {
        @Override
        public String toString() {
            return chunkBytes / KIBIBYTE + " KiB" + (depth > 1 ? " × " + depth : "");
        }
    }

    /** Those that may be best for some work. Writes that are each durable are all of one size: it decides how many there are. */
    List<Setting> settings(Work work) {
        return work == Work.WRITE_DSYNC
                ? settings.stream()
                        .map(each -> new Setting(DURABLE_BYTES, each.depth))
                        .distinct()
                        .toList()
                : settings;
    }

    static FileContestant named(String name) {
        return ALL_CONTESTANTS.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no library is named " + name));
    }

    FileWorker start(Workplace workplace) throws IOException {
        return name.equals(RANDOM_YARDSTICK) ? new FioWorker(workplace) : FileWorker.java(workplace, program());
    }

    /** Two may be one program with different settings. */
    private String program() {
        return name.replace("-default", "");
    }
}
