package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Has files in memory, or not. */
final class PageCache {

    private PageCache() {}

    /** Reads a file, so that it is in memory. */
    static void load(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            input.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Writes what is not on the device yet, and drops a file from memory ({@code posix_fadvise}). */
    static void drop(Path file) throws IOException, InterruptedException {
        run(List.of("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none"));
    }

    /** Writes what is not on the device yet; the file stays in memory. */
    static void flush(Path file) throws IOException, InterruptedException {
        run(List.of("sync", "--data", file.toString()));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with " + status);
        }
    }
}
