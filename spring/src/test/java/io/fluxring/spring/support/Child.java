package io.fluxring.spring.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An application in a JVM of its own, whose output is kept by lines. */
public final class Child implements AutoCloseable {
    private static final int LIMIT_SECONDS =
            150; // several start at once, on a machine that may have other things to do

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Child(List<String> command) {
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = Thread.ofPlatform().daemon().start(() -> {
            try (var lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException e) {
                output.add("unreadable: " + e);
            }
        });
    }

    /** How a JVM is started. */
    public record Jvm(List<String> prefix, List<String> options, String classPath) {
        /** With nothing but this one's class path. */
        public static Jvm plain() {
            return new Jvm(
                    List.of(),
                    List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                    System.getProperty("java.class.path"));
        }

        /** By a command that runs it. */
        public Jvm under(String... command) {
            return new Jvm(List.of(command), options, classPath);
        }

        /** With further options. */
        public Jvm with(String... more) {
            return new Jvm(
                    prefix, Stream.concat(options.stream(), Arrays.stream(more)).toList(), classPath);
        }

        /** Without some of the libraries. */
        public Jvm without(Predicate<String> library) {
            return new Jvm(
                    prefix,
                    options,
                    Arrays.stream(classPath.split(":")).filter(library.negate()).collect(Collectors.joining(":")));
        }

        /** Starts a class. */
        public Child start(Class<?> main, String... arguments) {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.addAll(List.of("-cp", classPath, main.getName()));
            command.addAll(Arrays.asList(arguments));
            return new Child(command);
        }
    }

    /** Waits for the end. */
    public int status() {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the process does not end: " + this);
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lines that contain something, of standard output and standard error; once the process has ended, of all. */
    public List<String> lines(String part) {
        return output.stream().filter(line -> line.contains(part)).toList();
    }

    /** All output, words separated by one space. */
    public String text() {
        return String.join(" ", output).replaceAll("\\s+", " ");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return process + ": " + String.join(System.lineSeparator(), output);
    }
}
