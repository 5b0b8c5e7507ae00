package io.fluxring.benchmarks.files;

import java.nio.file.Path;

/**
 * What is measured once.
 *
 * @param work what is done
 * @param file with which
 * @param bytes how many are read or written; for reads at random, the part of the file that they fall into
 * @param chunkBytes how many at once
 * @param depth how many operations are in flight, where a library can do that
 * @param seconds how long reads at random go on
 */
public record Task(Work work, Path file, long bytes, int chunkBytes, int depth, double seconds) {

    /** As a line for {@link FileProgram}. */
    public String line() {
        return "%s %d %d %d %s %s".formatted(work, bytes, chunkBytes, depth, seconds, file);
    }

    static Task parse(String line) {
        String[] words = line.split(" ", 6);
        return new Task(
                Work.valueOf(words[0]),
                Path.of(words[5]),
                Long.parseLong(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Double.parseDouble(words[4]));
    }

    long chunks() {
        return bytes / chunkBytes;
    }

    /** Fails unless all bytes were there. A library that knows no limit may have read more. */
    void check(long done) {
        if (done < bytes) {
            throw new IllegalStateException(this + " came to " + done + " bytes");
        }
    }
}
