package io.fluxring.benchmarks.compare;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A process that ends with this one, whatever ends this one. Its errors go to a file, its output is read by line. */
final class Child implements AutoCloseable {

    private static final Set<Child> ALIVE = ConcurrentHashMap.newKeySet();
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Child::close), "end-children"));
    }

    private final String name;
    private final Process process;
    private final Path log;
    /** An empty element stands behind the last line. */
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Child start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        Child child = new Child(name, builder.start(), log);
        ALIVE.add(child);
        Thread.ofVirtual().name("output of " + name).start(child::readOutput);
        return child;
    }

    private void readOutput() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().map(Optional::of).forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            // The process was ended while it was writing.
        } finally {
            lines.add(Optional.empty());
        }
    }

    long pid() {
        return process.pid();
    }

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        BufferedWriter input = process.outputWriter();
        input.write(line);
        input.newLine();
        input.flush();
    }

    /** The next line that the process writes; empty when it has ended or nothing came in time. */
    Optional<String> nextLine(Duration limit) throws InterruptedException {
        Optional<String> line = lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        return line == null ? Optional.empty() : line;
    }

    /** Skips lines up to the first that is wanted. */
    Optional<String> awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Optional<String> line;
        do {
            line = nextLine(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        } while (line.isPresent() && wanted.negate().test(line.get()));
        return line;
    }

    /** What the process last complained of, or how it ended. */
    String complaint() {
        String ending = process.isAlive() ? "still running" : "exit status " + process.exitValue();
        try {
            List<String> complaints = Files.readAllLines(log).stream()
                    .map(line -> COLOUR.matcher(line).replaceAll(""))
                    .filter(line -> !line.isBlank())
                    .toList();
            return complaints.isEmpty() ? ending : complaints.getFirst() + " (" + ending + ", see " + log + ")";
        } catch (IOException e) {
            return ending;
        }
    }

    /** Asks it to end, as it would be asked by a user, and makes it when it does not. */
    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GRACE)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        ALIVE.remove(this);
    }

    @Override
    public String toString() {
        return name + " (process " + pid() + ")";
    }
}
