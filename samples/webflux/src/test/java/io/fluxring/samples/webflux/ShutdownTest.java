package io.fluxring.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A graceful shutdown waits for the responses under way: an event stream, which has no end of its own, must end with the application. */
class ShutdownTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"required", "off"})
    void eventStreamsEnd(String mode) throws IOException {
        RunningFileDrop drop = RunningFileDrop.start(mode, folder);
        long begin;
        try (Socket socket = drop.connect()) {
            InputStream in = socket.getInputStream();
            RunningFileDrop.write(socket, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(in.read()).isPositive();
            begin = System.nanoTime();
            drop.close();
            String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(rest).endsWith("\r\n0\r\n\r\n"); // the last chunk: it was ended, and not cut off
        }
        assertThat(System.nanoTime() - begin).isLessThan(RunningFileDrop.LIMIT.toNanos());
    }
}
