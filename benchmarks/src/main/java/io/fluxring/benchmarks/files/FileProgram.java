package io.fluxring.benchmarks.files;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Works on files with one library, named by the argument: a {@link Task} a line of the standard input, a line of figures for each. Ends
 * with its input.
 */
public final class FileProgram {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FileProgram() {}

    /** See {@code benchmarks/run files}. */
    public static void main(String[] arguments) {
        int status = 1;
        try {
            answer(arguments[0]);
            status = 0;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            System.err.println(e);
        }
        System.exit(status); // some libraries leave threads
    }

    private static void answer(String name) throws IOException, InterruptedException {
        try (FileLibrary library = Libraries.open(name);
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(measure(library, Task.parse(line)));
            }
        }
    }

    private static String measure(FileLibrary library, Task task) throws IOException, InterruptedException {
        long allocated = THREADS.getTotalThreadAllocatedBytes();
        double cpu = ProcessClock.seconds();
        long start = System.nanoTime();
        long done = run(library, task);
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(
                Locale.ROOT,
                "{\"bytes\":%d,\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"allocated\":%d}",
                done,
                seconds,
                ProcessClock.seconds() - cpu,
                THREADS.getTotalThreadAllocatedBytes() - allocated);
    }

    private static long run(FileLibrary library, Task task) throws IOException, InterruptedException {
        if (task.work() == Work.RANDOM) {
            return library.readAtRandom(task) * task.chunkBytes();
        }
        long done = task.work().isWrite() ? library.write(task) : library.read(task);
        task.check(done);
        return done;
    }
}
