package io.fluxring.tests.preflight;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a JVM is started that is to be refused a ring.
 *
 * @param prefix the command that runs it, such as a tracer; may be empty
 * @param options of the JVM
 * @param classPath where the classes are
 */
public record Jvm(List<String> prefix, List<String> options, String classPath) {
    /** As this one, allowed to call native functions. */
    static Jvm plain() {
        return new Jvm(List.of(), List.of("--enable-native-access=ALL-UNNAMED"), System.getProperty("java.class.path"));
    }

    Jvm under(String... command) {
        return new Jvm(Stream.concat(Arrays.stream(command), prefix.stream()).toList(), options, classPath);
    }

    Jvm with(String... more) {
        return new Jvm(
                prefix, Stream.concat(options.stream(), Arrays.stream(more)).toList(), classPath);
    }

    /** Not told to allow native functions. */
    Jvm withoutNativeAccess() {
        return new Jvm(prefix, List.of(), classPath);
    }

    Jvm withClassPath(String other) {
        return new Jvm(prefix, options, other);
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Runs a class to its end. */
    public Ended run(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(java().toString());
        command.addAll(options);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath, main.getName()));
        command.addAll(Arrays.asList(arguments));
        return Ended.of(command);
    }

    /**
     * A process that has ended.
     *
     * @param errors without what logging libraries have to say about themselves
     */
    public record Ended(int status, List<String> output, List<String> errors) {
        static Ended of(List<String> command) throws IOException {
            try (ChildJvm child = ChildJvm.run(command)) {
                int status = child.awaitExit();
                return new Ended(
                        status,
                        List.copyOf(child.output()),
                        child.errors().stream()
                                .filter(line -> !line.startsWith("SLF4J"))
                                .toList());
            }
        }

        /** All output as one line, words separated by one space. */
        String flatOutput() {
            return String.join(" ", output).replaceAll("\\s+", " ");
        }
    }
}
