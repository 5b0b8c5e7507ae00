package io.fluxring.tests.soak;

import io.fluxring.core.testing.Descriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the soak in a JVM of its own, whose heap is fixed, so that its resident memory tells of leaks outside of the heap. Prints
 * one line of figures a tenth of the way, and ends with status 1 when anything is lost.
 *
 * <p>Arguments: the operations, the most seconds, the seed.
 */
public final class SoakProgram {
    private SoakProgram() {}

    /**
     * Runs it.
     *
     * @param arguments operations, seconds, seed
     * @throws IOException when the scratch folder can't be made
     */
    public static void main(String[] arguments) throws IOException {
        long operations = Long.parseLong(arguments[0]);
        long limitNanos = TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[1]));
        long seed = Long.parseLong(arguments[2]);
        System.out.println("seed " + seed);
        Path folder = Files.createTempDirectory("fluxring-soak");
        try {
            warmUp(Files.createDirectory(folder.resolve("warm-up")), seed);
            var before = Descriptors.count();
            run(Files.createDirectory(folder.resolve("run")), seed + 1, operations, limitNanos);
            var after = Descriptors.count();
            if (!before.equals(after)) {
                throw new AssertionError("descriptors before " + before + ", after " + after);
            }
            System.out.println("nothing lost");
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    /** Classes, code and the kernel's caches: what is made once is not a leak. */
    private static void warmUp(Path folder, long seed) {
        try (Soak soak = new Soak(folder, seed)) {
            while (soak.ledger().ended() < 200_000) {
                soak.step();
            }
        }
    }

    private static void run(Path folder, long seed, long operations, long limitNanos) {
        long start = System.nanoTime();
        try (Soak soak = new Soak(folder, seed)) {
            for (int tenth = 1; tenth <= 10; tenth++) {
                while (soak.ledger().ended() < operations / 10 * tenth
                        && System.nanoTime() - start < limitNanos / 10 * tenth) {
                    soak.step();
                }
                System.out.printf(
                        Locale.ROOT,
                        "tenth=%d seconds=%.1f resident_bytes=%d live_leases=%d %s%n",
                        tenth,
                        (System.nanoTime() - start) / 1e9,
                        Soak.residentBytes(),
                        soak.loop().liveLeases(),
                        soak.ledger());
            }
            System.out.println("counters " + soak.loop().counters());
        }
    }
}
