package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.testing.Eventually;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/run echo}: what it prints, how it stops, how it refuses. */
class EchoCommandTest {
    private static final Path SCRIPT =
            Path.of("../../samples/run").toAbsolutePath().normalize();

    private static ChildJvm echo(String... options) throws IOException {
        return ChildJvm.start(Launcher.class, with("echo", options));
    }

    private static String[] with(String first, String... options) {
        return Stream.concat(Stream.of(first), Arrays.stream(options)).toArray(String[]::new);
    }

    private static InetSocketAddress address(String line) {
        assertThat(line).matches("listening on 127\\.0\\.0\\.1:\\d+");
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }

    /** Serves, gets a signal, and prints what it did. */
    private static void serveAndStop(ChildJvm server, boolean interrupted) throws IOException {
        try (server) {
            InetSocketAddress address = address(server.awaitOutput("listening on "));
            try (Peer first = Peer.connect(address);
                    Peer second = Peer.connect(address)) {
                first.echo(1000).endOutput().expectEnd();
                second.echo(234);
                if (interrupted) {
                    new ProcessBuilder(
                                    "kill",
                                    "-INT",
                                    String.valueOf(server.process().pid()))
                            .start();
                } else {
                    server.terminate();
                }
                assertThat(server.awaitExit()).isIn(128 + 15, 128 + 2); // what a JVM makes of a signal
                second.expectEnd(); // closed in order, not reset
            }
            assertThat(server.output()).hasSize(2);
            assertThat(server.output().get(1))
                    .matches("connections 2, bytes received 1234, bytes sent 1234, "
                            + "enters [1-9]\\d*, SQEs [1-9]\\d*, CQEs [1-9]\\d*, overflow 0, no-buffer \\d+");
            assertThat(complaints(server)).isEmpty();
        }
    }

    /** What logging libraries on the class path of the tests have to say about themselves is not meant. */
    private static List<String> complaints(ChildJvm server) {
        return server.errors().stream()
                .filter(line -> !line.startsWith("SLF4J"))
                .toList();
    }

    static List<List<String>> switches() {
        return List.of(
                List.of(),
                List.of("--no-multishot"),
                List.of("--fixed"),
                List.of("--batch", "--batch-micros", "500"),
                List.of("--sqpoll"),
                List.of("--async"),
                List.of("--loops", "2", "--multishot", "--fixed", "--batch"),
                List.of("--buffers", "1", "--buffer-size", "64"));
    }

    @ParameterizedTest
    @MethodSource("switches")
    void servesAndStops(List<String> switches) throws IOException {
        List<String> options = new ArrayList<>(List.of("--port", "0", "--host", "127.0.0.1"));
        options.addAll(switches);
        serveAndStop(echo(options.toArray(String[]::new)), false);
    }

    @Test
    void anInterruptStopsItAsWell() throws IOException {
        serveAndStop(echo("--port", "0"), true);
    }

    /** As modules, the way samples/run starts them, out of what this build has packaged. */
    @Test
    void onTheModulePath() throws IOException {
        Path target = SCRIPT.resolveSibling("target");
        assumeTrue(Files.isDirectory(target.resolve("lib")), "the samples were not packaged by this build");
        List<String> jars = new ArrayList<>();
        for (Path folder : List.of(target, target.resolve("lib"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(Path::toString).filter(name -> name.endsWith(".jar")).forEach(jars::add);
            }
        }
        serveAndStop(
                ChildJvm.run(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=io.fluxring.core",
                        "-p",
                        String.join(":", jars),
                        "-m",
                        "io.fluxring.samples/" + Launcher.class.getName(),
                        "echo",
                        "--port",
                        "0")),
                false);
    }

    @Test
    void asAUserTypesIt() throws IOException {
        assumeTrue(
                Files.exists(SCRIPT.resolveSibling("target/run.stamp")),
                "samples/run has not built the samples yet, and this test does not start another build within the"
                        + " build");
        serveAndStop(ChildJvm.run(List.of(SCRIPT.toString(), "echo", "--port", "0")), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port 70000",
                "--port -1",
                "--port many",
                "--loops 0",
                "--loops -3",
                "--buffers 0",
                "--buffers 100000",
                "--buffer-size 0",
                "--buffer-size x",
                "--batch --batch-micros 0",
                "--batch --batch-micros -5",
                "--host no.such.host.invalid",
                "--host 203.0.113.1",
                "--frobnicate",
                "leftover"
            })
    void aMistakeIsOneLine(String options) throws IOException {
        refuses(options.contains("--port") ? options.split(" ") : with("--port", ("0 " + options).split(" ")));
    }

    private static void refuses(String... options) throws IOException {
        try (ChildJvm server = echo(options)) {
            int status = server.awaitExit();
            assertThat(complaints(server)).as("%s", server).hasSize(1);
            assertThat(complaints(server).getFirst()).startsWith("echo: ").doesNotContain("Exception", "null");
            assertThat(server.output()).isEmpty();
            assertThat(status).isEqualTo(2);
        }
    }

    @Test
    void aPortInUseIsOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            try (ChildJvm server = echo("--port", port)) {
                assertThat(server.awaitExit()).isEqualTo(2);
                assertThat(complaints(server)).singleElement().asString().contains(port, "EADDRINUSE");
            }
        }
    }

    @Test
    void help() throws IOException {
        try (ChildJvm child = echo("--help")) {
            assertThat(child.awaitExit()).isZero();
            assertThat(String.join("\n", child.output()))
                    .contains("--host", "--port", "--loops", "--buffers", "--buffer-size", "--[no-]multishot")
                    .contains("--[no-]fixed", "--[no-]batch", "--batch-micros", "--[no-]sqpoll", "--[no-]async");
        }
    }

    /** Too low for so many loops. */
    @Test
    void aLowLimitOfDescriptorsIsNoStackTrace() throws IOException {
        try (ChildJvm server = ChildJvm.limited(
                120, ChildJvm.command(Launcher.class, "echo", "--port", "0", "--fixed", "--loops", "90"))) {
            Eventually.until(
                    () -> "a refusal: " + server,
                    Eventually.LIMIT,
                    () -> !server.process().isAlive() || !server.output().isEmpty());
            if (server.output().isEmpty()) {
                int status = server.awaitExit();
                assertThat(complaints(server)).as("%s", server).hasSize(1);
                assertThat(status).isEqualTo(2);
            }
        }
    }
}
