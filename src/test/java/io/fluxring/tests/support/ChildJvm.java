package io.fluxring.tests.support;

import io.fluxring.core.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A process of its own, mostly a JVM on this one's class path, whose output is kept by lines. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private ChildJvm(List<String> command) throws IOException {
        process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        readers = List.of(keep(process.getInputStream(), output), keep(process.getErrorStream(), errors));
    }

    private static Thread keep(InputStream from, List<String> lines) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (var reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("unreadable: " + e);
            }
        });
    }

    /** The command that runs a class as this process would. */
    public static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Runs a class in a JVM of its own. */
    public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return new ChildJvm(command(main, arguments));
    }

    /** Runs any command. */
    public static ChildJvm run(List<String> command) throws IOException {
        return new ChildJvm(command);
    }

    /** Runs a command with a limit of open descriptors. */
    public static ChildJvm limited(int descriptors, List<String> command) throws IOException {
        List<String> limited =
                new ArrayList<>(List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "-"));
        limited.addAll(command);
        return new ChildJvm(limited);
    }

    /** Waits for a line of the output that begins like this. */
    public String awaitOutput(String prefix) {
        return await(output, prefix);
    }

    /** Waits for a line of standard error that contains this. */
    public String awaitError(String part) {
        return await(errors, part);
    }

    private String await(List<String> lines, String part) {
        Eventually.until(
                () -> "a line with '" + part + "': " + this,
                Eventually.LIMIT,
                () -> find(lines, part) != null || !process.isAlive());
        String line = find(lines, part);
        if (line == null) {
            throw new AssertionError("the process has ended: " + this);
        }
        return line;
    }

    private static @org.jspecify.annotations.Nullable String find(List<String> lines, String part) {
        return lines.stream().filter(line -> line.contains(part)).findFirst().orElse(null);
    }

    /** Lines on standard output. */
    public List<String> output() {
        return output;
    }

    /** Lines on standard error. */
    public List<String> errors() {
        return errors;
    }

    /** The process. */
    public Process process() {
        return process;
    }

    /** SIGTERM. */
    public ChildJvm terminate() {
        process.toHandle().destroy(); // Process.destroy would close the streams, and with them the last words
        return this;
    }

    /** SIGKILL. */
    public ChildJvm kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // a tracer does not take what it traces with it
        process.toHandle().destroyForcibly();
        awaitExit();
        return this;
    }

    /** The exit status; all output has been read when this returns. */
    public int awaitExit() {
        return awaitExit(Eventually.LIMIT);
    }

    /** The exit status of a process that may take longer than others. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the process does not end: " + this);
            }
            for (Thread reader : readers) {
                reader.join(Eventually.LIMIT);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return process + ", output " + output + ", errors " + errors;
    }
}
