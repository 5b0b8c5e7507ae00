package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.files.Work;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * The files that are worked with: one that is in memory, one that is not, one that is written.
 *
 * @param folder where they are, and nothing else
 * @param bytes how large the first two are
 */
record FileSet(Path folder, long bytes) {

    private static final int MEBIBYTE = 1 << 20;

    Path of(Work work) {
        return folder.resolve(
                switch (work) {
                    case CACHED -> "cached";
                    case COLD, DIRECT, RANDOM -> "cold";
                    case WRITE, WRITE_SYNC, WRITE_DSYNC -> "written";
                });
    }

    void make() throws IOException, InterruptedException {
        fill(of(Work.CACHED), bytes);
        fill(of(Work.COLD), bytes);
        PageCache.drop(of(Work.COLD));
        PageCache.flush(of(Work.CACHED));
    }

    /** Makes a file. Random, so that no file system packs it. */
    static void fill(Path file, long bytes) throws IOException {
        byte[] block = new byte[MEBIBYTE];
        Random random = new Random(1);
        try (OutputStream output = Files.newOutputStream(file)) {
            for (long done = 0; done < bytes; done += block.length) {
                random.nextBytes(block);
                output.write(block);
            }
        }
    }

    /** Has the file as a work wants it. */
    void prepare(Work work) throws IOException, InterruptedException {
        switch (work) {
            case CACHED -> {
                // it stays in memory
            }
            case COLD, DIRECT, RANDOM -> PageCache.drop(of(work));
            case WRITE, WRITE_SYNC, WRITE_DSYNC -> Files.deleteIfExists(of(work));
        }
    }

    /** What was written and is not on the device yet need not get there: it would disturb what comes next. */
    void tidyUp(Work work) throws IOException {
        if (work.isWrite()) {
            Files.deleteIfExists(of(work));
        }
    }

    void delete() throws IOException {
        for (Work work : Work.values()) {
            Files.deleteIfExists(of(work));
        }
        Files.deleteIfExists(folder);
    }
}
