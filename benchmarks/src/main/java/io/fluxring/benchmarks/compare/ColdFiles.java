package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Files for clients to pull, one each. Written in full: a sparse one is never read from a device.
 *
 * @param folder where they are
 * @param count how many
 * @param mebibytes the size of each
 */
record ColdFiles(Path folder, int count, int mebibytes) {

    private static final int MEBIBYTE = 1 << 20;

    List<Path> paths() {
        return IntStream.range(0, count)
                .mapToObj(i -> folder.resolve("file-" + i))
                .toList();
    }

    /** Makes those that are not there yet in their size. */
    void make() throws IOException {
        Files.createDirectories(folder);
        long needed = 0;
        for (Path path : paths()) {
            needed += isMade(path) ? 0 : (long) mebibytes * MEBIBYTE;
        }
        if (needed > Files.getFileStore(folder).getUsableSpace()) {
            throw new IOException(folder + " has no room for " + needed / MEBIBYTE + " MiB");
        }
        byte[] block = new byte[MEBIBYTE];
        new Random(1).nextBytes(block); // random, so that no file system packs it
        for (Path path : paths()) {
            if (!isMade(path)) {
                try (OutputStream output = Files.newOutputStream(path)) {
                    for (int i = 0; i < mebibytes; i++) {
                        output.write(block);
                    }
                }
            }
        }
    }

    private boolean isMade(Path path) {
        try {
            return Files.exists(path) && Files.size(path) == (long) mebibytes * MEBIBYTE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() throws IOException {
        for (Path path : paths()) {
            Files.deleteIfExists(path);
        }
    }
}
