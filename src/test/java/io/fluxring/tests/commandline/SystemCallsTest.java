package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.LoadClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many system calls the loop's thread makes for 1,000 clients that connect, send a line, read it back and close. */
class SystemCallsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 1000;
    private static final int AT_A_TIME = 64;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"'', 1200", "--multishot --fixed --batch, 150"})
    void fewerThan(String switches, int limit) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/strace",
                "-ff",
                "-qq",
                "-e",
                "trace=all",
                "-o",
                folder.resolve("calls").toString()));
        List<String> options = new ArrayList<>(List.of("echo", "--port", "0"));
        if (!switches.isEmpty()) {
            options.addAll(List.of(switches.split(" ")));
        }
        command.addAll(ChildJvm.command(Launcher.class, options.toArray(String[]::new)));
        try (ChildJvm server = ChildJvm.run(command)) {
            String line = server.awaitOutput("listening on ");
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
            serve(address, CLIENTS);
            serve(address, CLIENTS);
            Path calls = callsOfTheLoop(server);
            List<String> before = Files.readAllLines(calls);
            serve(address, CLIENTS);
            List<String> all = Files.readAllLines(calls);
            List<String> after = all.subList(before.size(), all.size());
            System.out.println("system calls of the loop " + switches + ": " + after.size() + " " + byName(after));
            assertThat(after.size())
                    .as("system calls of the loop: %s", byName(after))
                    .isPositive()
                    .isLessThan(limit);
        }
    }

    private static void serve(InetSocketAddress address, int clients) throws IOException {
        for (int from = 0; from < clients; from += AT_A_TIME) {
            try (LoadClient some = new LoadClient(address, LIMIT)) {
                some.connect(Math.min(AT_A_TIME, clients - from))
                        .exchange(1, 20, 1)
                        .finish();
            }
        }
    }

    /** strace writes a file a thread, named by its id; /proc knows the threads' names. */
    private Path callsOfTheLoop(ChildJvm server) throws IOException {
        long tracer = server.process().pid();
        long traced = ProcessHandle.of(tracer)
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(traced), "task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).startsWith("fluxring-")) {
                    return folder.resolve("calls." + thread.getFileName());
                }
            }
        }
        throw new AssertionError("no thread of a ring");
    }

    private static Map<String, Long> byName(List<String> lines) {
        return lines.stream()
                .collect(Collectors.groupingBy(line -> line.replaceFirst("\\(.*", ""), Collectors.counting()));
    }
}
