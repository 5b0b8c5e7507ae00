package io.fluxring.benchmarks.http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Pulls files again and again, one client a file, each time out of the cold: before it asks, a client has the kernel drop what it
 * keeps of its file in memory. Prints {@code pulling} when all have begun.
 */
@Command(name = "pulls", mixinStandardHelpOptions = true, description = "Clients that pull cold files.")
public final class FilePulls implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS = 60_000;

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--seconds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private double seconds;

    @Parameters(arity = "0..*", description = "the files, which the server has below /files")
    private List<Path> files = List.of();

    private final LongAdder bytes = new LongAdder();
    private final LongAdder pulls = new LongAdder();
    private final LongAdder errors = new LongAdder();

    @Override
    public Integer call() throws InterruptedException, IOException {
        for (Path file : files) {
            drop(file);
        }
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (Path file : files) {
            threads.add(Thread.ofPlatform().name("pull " + file.getFileName()).start(() -> pull(file, end)));
        }
        System.out.println("pulling");
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(
                Locale.ROOT,
                "{\"bytes\":%d,\"pulls\":%d,\"seconds\":%.3f,\"errors\":%d}%n",
                bytes.sum(),
                pulls.sum(),
                (System.nanoTime() - start) / 1e9,
                errors.sum());
        return 0;
    }

    private void pull(Path file, long end) {
        byte[] request = Exchange.get("/files/" + file.getFileName());
        while (System.nanoTime() < end) {
            try (Exchange exchange = new Exchange(port, TIMEOUT_MILLIS)) {
                exchange.request(request, got -> {
                    bytes.add(got);
                    return System.nanoTime() < end;
                });
                pulls.increment();
                if (System.nanoTime() < end) { // the drops of all clients at once would hold up what is being measured
                    drop(file);
                }
            } catch (IOException e) {
                System.err.println(file + ": " + e);
                errors.increment();
                return;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** posix_fadvise(DONTNEED) of the whole file; what is not written yet is written before. */
    private static void drop(Path file) throws IOException, InterruptedException {
        Process dd = new ProcessBuilder(
                        "dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none")
                .inheritIO()
                .start();
        if (dd.waitFor() != 0) {
            throw new IOException("the page cache of " + file + " was not dropped");
        }
    }

    /**
     * The entry point.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FilePulls()).execute(arguments));
    }
}
