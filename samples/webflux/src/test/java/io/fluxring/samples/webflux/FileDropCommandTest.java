package io.fluxring.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A mistake is a line, and a status. */
class FileDropCommandTest {
    private final StringWriter errors = new StringWriter();
    private final StringWriter output = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = FileDropCommand.commandLine();
        return command.setErr(new PrintWriter(errors))
                .setOut(new PrintWriter(output))
                .execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "--port 70000, --port must be between 0 and 65535: 70000",
        "--port -1, --port must be between 0 and 65535: -1",
        "--port x, Invalid value for option '--port': 'x' is not an int",
        "--dir /no/such, --dir is not a folder: /no/such",
        "--dir /etc/passwd, --dir is not a folder: /etc/passwd",
        "--dir /proc, --dir can't be written to: /proc",
        "--transport epoll, --transport must be ring or default: epoll",
        "--frobnicate, Unknown option: '--frobnicate'"
    })
    void mistakes(String arguments, String message) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(errors.toString().lines()).containsExactly("webflux: " + message);
    }

    @Test
    void anUnknownHost() {
        assertThat(run("--host", "no.such.host.invalid")).isEqualTo(2);
        assertThat(errors.toString().lines())
                .singleElement()
                .asString()
                .startsWith("webflux: no.such.host.invalid")
                .doesNotContain("Exception");
    }

    @Test
    void aPortInUse(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(run("--port", String.valueOf(port), "--dir", folder.toString()))
                    .isEqualTo(2);
            assertThat(errors.toString().lines()).containsExactly("webflux: port " + port + " is in use");
        }
    }

    @Test
    void help() {
        assertThat(run("--help")).isZero();
        assertThat(output.toString()).contains("--host", "--port", "--dir", "--transport");
    }
}
