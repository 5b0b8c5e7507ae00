package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * strace on a running server, one file a thread. It is attached after the warm-up, so that it slows down neither the
 * server's start nor its just-in-time compilation.
 */
final class Trace implements AutoCloseable {

    /** A call as it begins a line; signals and exits are written with dashes and pluses. */
    private static final Pattern CALL = Pattern.compile("^(\\w+)\\(");

    private static final String FILE = "trace";
    private static final Duration ATTACH = Duration.ofSeconds(30);
    /** A server may still be closing the last clients. */
    private static final Duration SETTLE = Duration.ofMillis(300);

    /** Calls by name, by thread. */
    record Counts(Map<String, Map<String, Long>> byThread) {

        Counts minus(Counts before) {
            Map<String, Map<String, Long>> rest = new TreeMap<>();
            byThread.forEach((thread, calls) -> {
                Map<String, Long> earlier = before.byThread.getOrDefault(thread, Map.of());
                Map<String, Long> difference = new TreeMap<>();
                calls.forEach((call, n) -> difference.put(call, n - earlier.getOrDefault(call, 0L)));
                rest.put(thread, difference);
            });
            return new Counts(rest);
        }

        /** The sums over all threads whose name begins so. */
        Map<String, Long> ofThreads(String prefix) {
            Map<String, Long> sums = new TreeMap<>();
            byThread.forEach((thread, calls) -> {
                if (thread.startsWith(prefix)) {
                    calls.forEach((call, n) -> sums.merge(call, n, Long::sum));
                }
            });
            return sums;
        }

        long total() {
            return byThread.values().stream().mapToLong(Trace::total).sum();
        }
    }

    private final Child strace;
    private final Path folder;
    private final long server;

    private Trace(Child strace, Path folder, long server) {
        this.strace = strace;
        this.folder = folder;
        this.server = server;
    }

    static Trace attach(Workplace workplace, Server.Running server, int core) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("fluxring-trace");
        long pid = server.child().pid();
        List<String> command = List.of(
                "strace",
                "-ff",
                "-p",
                Long.toString(pid),
                "-o",
                folder.resolve(FILE).toString());
        Path log = workplace.log("strace-" + server.server().name());
        Trace trace = new Trace(Child.start("strace", Workplace.pinned(core, command), Map.of(), log), folder, pid);
        trace.awaitAttached(log);
        return trace;
    }

    private void awaitAttached(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + ATTACH.toNanos();
        while (!Files.readString(log).contains(" attached")) {
            if (System.nanoTime() > end) {
                String complaint = strace.complaint();
                close();
                throw new IOException("strace can't attach to the server: " + complaint);
            }
            Thread.sleep(SETTLE);
        }
    }

    /** What has been called up to now. */
    Counts counts() throws IOException, InterruptedException {
        Thread.sleep(SETTLE);
        Map<String, Map<String, Long>> byThread = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String id = file.getFileName().toString().substring(FILE.length() + 1);
                try (Stream<String> lines = Files.lines(file)) {
                    byThread.put(
                            threadName(id) + "#" + id,
                            lines.map(CALL::matcher)
                                    .filter(Matcher::find)
                                    .collect(Collectors.groupingBy(m -> m.group(1), Collectors.counting())));
                }
            }
        }
        return new Counts(byThread);
    }

    /** Empty for a thread that has ended. */
    private String threadName(String id) {
        try {
            return Files.readString(Path.of("/proc/" + server + "/task/" + id + "/comm"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    static long total(Map<String, Long> calls) {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The calls that happened, the most frequent first. */
    static String describe(Map<String, Long> calls) {
        return calls.entrySet().stream()
                .filter(call -> call.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .map(call -> call.getKey() + " " + call.getValue())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        strace.close();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            System.err.println("left behind: " + folder);
        }
    }
}
