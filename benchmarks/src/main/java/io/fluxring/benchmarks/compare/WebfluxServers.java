package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sample {@code webflux} on each transport: the same class path and options, with Netty's library for io_uring behind it where that is
 * wanted. Its launcher is left out, since it has a class path of its own.
 *
 * @param workplace where the sample is
 * @param files the folder that it serves
 * @param loops how many event loops
 */
record WebfluxServers(Workplace workplace, Path files, int loops) {

    /** What others are given as ratios of. */
    static final String YARDSTICK = "epoll";

    private static final String MAIN = "io.fluxring.samples.webflux.FileDropCommand";
    private static final String RING = "ring";
    private static final String IO_URING = "io_uring";
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

    /** Starts one; empty, after a line on the terminal, when it can't be started. */
    Optional<Server.Running> start(String transport, int core) throws IOException, InterruptedException {
        if (!List.of(RING, YARDSTICK, IO_URING).contains(transport)) {
            throw new IllegalArgumentException("no transport " + transport + "; there are ring, epoll, io_uring");
        }
        Server server = new Server(transport, command(transport), Map.of(), "reactor-http-" + transport + "-", true);
        Optional<Server.Running> running = server.start(workplace, core);
        if (running.isPresent() && !hasLoops(running.get())) {
            running.get().close();
            throw new IOException("no thread " + server.loopThread() + ": it runs on something else than " + transport);
        }
        return running;
    }

    private List<String> command(String transport) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Workplace.jvmOptions("-Xms128m", "-Xmx128m", "-XX:MaxDirectMemorySize=64m"));
        command.addAll(List.of(
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-Dreactor.netty.ioWorkerCount=" + loops,
                "-Djava.io.tmpdir=" + Files.createDirectories(temporary()),
                "-cp",
                classPath(transport),
                MAIN,
                "--port=0",
                "--dir=" + files,
                "--transport=" + (transport.equals(RING) ? "ring" : "default")));
        return command;
    }

    /** Where parts of forms are written, on the file system of the files: Spring copies from one to the other. */
    Path temporary() {
        return files.resolve(".parts"); // hidden: the sample serves no such names
    }

    private String classPath(String transport) throws IOException {
        Path target =
                workplace.benchmarks().resolve("../samples/webflux/target").normalize();
        Stream<Path> jars = Stream.concat(jars(target, "fluxring-sample-"), jars(target.resolve("lib"), ""));
        if (transport.equals(IO_URING)) {
            Path own = workplace.benchmarks().resolve("target/lib");
            jars = Stream.concat(
                    jars,
                    Stream.concat(
                            jars(own, "netty-transport-classes-io_uring"),
                            jars(own, "netty-transport-native-io_uring")));
        }
        return jars.map(jar -> jar.toAbsolutePath().toString()).collect(Collectors.joining(":"));
    }

    private static Stream<Path> jars(Path folder, String prefix) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all
                    .filter(path -> {
                        String name = String.valueOf(path.getFileName());
                        return name.startsWith(prefix) && name.endsWith(".jar");
                    })
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static boolean hasLoops(Server.Running running) throws IOException {
        Process jcmd = new ProcessBuilder(
                        JCMD.toString(), Long.toString(running.child().pid()), "Thread.print")
                .redirectErrorStream(true)
                .start();
        String threads = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return threads.contains('"' + running.server().loopThread());
    }
}
