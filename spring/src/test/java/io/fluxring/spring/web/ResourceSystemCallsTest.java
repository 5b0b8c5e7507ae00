package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;

/** What an application asks the kernel for, in a JVM of its own that strace watches: nothing opens or reads a served file but the ring. */
class ResourceSystemCallsTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");

    @TempDir
    Path directory;

    /** Serves until its input ends. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws IOException {
            SpringApplication application = new SpringApplication(FilesApplication.class);
            application.setWebApplicationType(WebApplicationType.REACTIVE);
            ReactiveWebServerApplicationContext context =
                    (ReactiveWebServerApplicationContext) application.run(arguments);
            Path port = Path.of(context.getEnvironment().getRequiredProperty("port.file"));
            Files.writeString(port, context.getWebServer().getPort() + "\n");
            while (System.in.read() >= 0) {
                // waits for the test
            }
            context.close();
        }
    }

    @Test
    void byTheRingOnly() throws Exception {
        List<String> calls = callsOf(true);
        assertThat(calls).filteredOn(each -> each.contains("served.bin")).isEmpty();
    }

    /** Else the test above could pass for want of eyes. */
    @Test
    void theFrameworksOwnWriterIsSeen() throws Exception {
        assertThat(callsOf(false))
                .filteredOn(each -> each.contains("served.bin"))
                .anyMatch(each -> each.contains("openat("));
    }

    private List<String> callsOf(boolean isByTheRing) throws Exception {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        Files.write(directory.resolve("served.bin"), new byte[3_000_000]);
        Path port = directory.resolve("port");
        Path calls = directory.resolve("calls");
        List<String> command = new ArrayList<>(List.of(
                STRACE.toString(),
                "-f",
                "-y", // which file a descriptor is
                "-qq",
                "-e",
                "trace=openat,open,pread64,preadv,preadv2,sendfile,splice,copy_file_range",
                "-o",
                calls.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--port.file=" + port,
                "--fluxring.files.enabled=" + isByTheRing));
        for (String property : FilesApplication.properties(directory)) {
            command.add("--" + property);
        }
        Path output = directory.resolve("output");
        Process server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Eventually.until(
                    () -> "a start: " + read(output),
                    Duration.ofSeconds(120),
                    () -> Files.exists(port) && read(port).endsWith("\n"));
            long before = read(calls).lines().count();
            download(Integer.parseInt(read(port).strip()), isByTheRing);
            server.getOutputStream().close();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return read(calls).lines().skip(before).toList();
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
    }

    private static void download(int port, boolean hasParts) throws IOException {
        for (String place : new String[] {"/resource", "/static", "/functional"}) {
            try (RawClient client = new RawClient(port)) {
                assertThat(client.get(place + "/served.bin").body()).hasSize(3_000_000);
                assertThat(client.get(place + "/served.bin", "Range: bytes=5-1000004")
                                .body())
                        .hasSize(1_000_000);
                if (hasParts) { // the framework promises the length of the whole file for the parts of a static one
                    assertThat(client.get(place + "/served.bin", "Range: bytes=0-1,1000000-1000001")
                                    .status())
                            .isEqualTo(206);
                }
                assertThat(client.ask("HEAD", place + "/served.bin").header("content-length"))
                        .isEqualTo("3000000");
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
