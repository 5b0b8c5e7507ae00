package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where things are, and how a Java program is started for a measurement.
 *
 * @param benchmarks the folder of this module
 */
record Workplace(Path benchmarks) {

    /**
     * The same for every Java program that is measured. A server gets one core, so the serial collector is the one
     * without threads that compete with the event loop for it.
     * Netty may use Unsafe and native access, and neither checks its buffers nor looks for leaks.
     */
    private static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.leakDetection.level=disabled",
            "-Dio.netty.buffer.checkAccessible=false",
            "-Dio.netty.buffer.checkBounds=false");

    /** Fixed, so that none pays for its growth. */
    private static final String[] HEAP = {"-Xms256m", "-Xmx256m"};

    static Workplace here() {
        return new Workplace(Path.of(System.getProperty("benchmarks.folder", "benchmarks")));
    }

    /** Options for a JVM that is measured, with those for its memory. */
    static List<String> jvmOptions(String... memory) {
        return Stream.concat(Arrays.stream(memory), JVM_OPTIONS.stream()).toList();
    }

    /** The command line of a class of this module. */
    List<String> java(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions(HEAP));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** The command line of a C program of this module. */
    List<String> c(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(benchmarks.resolve("target/c").resolve(program).toString());
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** The command line of a sample, which starts its JVM itself and reads {@link #samplesJvmOptions()}. */
    List<String> sample(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(benchmarks.resolve("../samples/run").normalize().toString());
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** What the launcher of the samples takes from FLUXRING_JAVA_OPTS. */
    String samplesJvmOptions() {
        return String.join(" ", jvmOptions(HEAP));
    }

    static List<String> with(List<String> command, String... arguments) {
        return Stream.concat(command.stream(), Arrays.stream(arguments)).toList();
    }

    static List<String> pinned(int core, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        return List.copyOf(pinned);
    }

    /** A file of the report; its folder exists. */
    Path result(String name) throws IOException {
        return in("results", name);
    }

    /** Where a child process writes its errors; the folder exists. */
    Path log(String name) throws IOException {
        return in("target/logs", name + ".log");
    }

    private Path in(String folder, String name) throws IOException {
        return Files.createDirectories(benchmarks.resolve(folder)).resolve(name);
    }
}
