package io.fluxring.benchmarks.http;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
 * Uploads the begin of a file again and again, each client under a name of its own; at the end the uploads under way break off. Prints
 * {@code pushing} when all have begun.
 */
@Command(name = "pushes", mixinStandardHelpOptions = true, description = "Clients that upload a file.")
public final class FilePushes implements Callable<Integer> {

    private static final Duration GRACE = Duration.ofMillis(500);

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--seconds", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--bytes", required = true, description = "how much of the file")
    private long length;

    @Option(names = "--file", required = true, description = "the file, which should be in memory")
    private Path file = Path.of("");

    @Parameters(arity = "0..*", description = "the names, which the server has below /files")
    private List<String> names = List.of();

    private final LongAdder bytes = new LongAdder();
    private final LongAdder errors = new LongAdder();

    @Override
    public Integer call() throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (String name : names) {
            threads.add(Thread.ofPlatform().daemon().name("push " + name).start(() -> push(name, end)));
        }
        System.out.println("pushing");
        for (Thread thread : threads) {
            // One that has sent all may wait long for its answer, until the server's disk has it.
            thread.join(Duration.ofNanos(Math.max(0, end + GRACE.toNanos() - System.nanoTime())));
        }
        System.out.printf(
                Locale.ROOT,
                "{\"bytes\":%d,\"seconds\":%.3f,\"errors\":%d}%n",
                bytes.sum(),
                (System.nanoTime() - start) / 1e9,
                errors.sum());
        return 0;
    }

    private void push(String name, long end) {
        FileExchange.Source source = new FileExchange.Source(file, length);
        while (System.nanoTime() < end) {
            try (FileExchange exchange = new FileExchange(port)) {
                exchange.put("/files/" + name, source, moved -> {
                    bytes.add(moved);
                    return System.nanoTime() < end;
                });
            } catch (IOException e) {
                System.err.println(name + ": " + e);
                errors.increment();
                return;
            }
        }
    }

    /**
     * The entry point.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FilePushes()).execute(arguments));
    }
}
