package io.fluxring.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.loops.ApplicationLoops.NamedLoop;
import io.fluxring.spring.support.BufferLeaks;
import io.fluxring.spring.support.OpenDescriptors;
import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away, and clients that do not read: no file stays open, no lease and no buffer is lost, and memory is bounded. */
class ResourceLeaksTest {
    private static final int READ_AHEAD = 4;

    @TempDir
    static Path directory;

    private static RunningApplication application;

    @BeforeAll
    static void start() throws IOException {
        Files.write(directory.resolve("large.bin"), new byte[40_000_000]);
        Files.write(directory.resolve("small.bin"), new byte[50_000]);
        application = RunningApplication.of(
                FilesApplication.class,
                FilesApplication.properties(directory, "fluxring.files.read-ahead=" + READ_AHEAD, "fluxring.loops=2"));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static int liveLeases() {
        return application.bean(ApplicationLoops.class).rings().stream()
                .map(NamedLoop::loop)
                .mapToInt(RingLoop::liveLeases)
                .sum();
    }

    private static Socket ask(String path, String... headers) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), application.port()));
        socket.setSoTimeout(20_000);
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", headers) + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void goAway(Socket socket, boolean isReset) throws IOException {
        if (isReset) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }

    @Test
    void clientsThatGoAway() throws IOException {
        try (BufferLeaks leaks = new BufferLeaks()) {
            String[] paths = {"/resource/large.bin", "/static/large.bin", "/joined/large.bin", "/resource/small.bin"};
            for (int i = 0; i < 60; i++) {
                String ranges = i % 3 == 0 ? "Range: bytes=0-9000000,20000000-\r\n" : "";
                Socket socket = ask(paths[i % paths.length], ranges);
                socket.getInputStream().readNBytes(i % 2 == 0 ? 0 : 1 << (i % 15));
                goAway(socket, i % 5 != 0);
            }
            Eventually.until("files are closed", () -> OpenDescriptors.filesBelow(directory) == 0);
            Eventually.until("leases are given back", () -> liveLeases() == 0);
            leaks.assertNone();
        }
    }

    /** Reactor Netty asks for 128 buffers at once: what is out must be bounded by what is read ahead, and not by that. */
    @Test
    void clientsThatDoNotRead() throws Exception {
        int clients = 20;
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            sockets.add(ask("/resource/large.bin"));
        }
        for (Socket each : sockets) {
            assertThat(each.getInputStream().readNBytes(100)).hasSize(100);
        }
        assertThat(OpenDescriptors.filesBelow(directory))
                .as("the test sees open files")
                .isEqualTo(clients);
        int most = 0;
        for (long end = System.nanoTime() + 300_000_000L; System.nanoTime() < end; Thread.onSpinWait()) {
            most = Math.max(most, liveLeases());
        }
        // As many may be on their way to the socket as were read ahead of them.
        assertThat(most).isPositive().isLessThanOrEqualTo(clients * 2 * READ_AHEAD);
        for (int i = 0; i < clients; i++) {
            if (i % 2 == 0) {
                InputStream in = sockets.get(i).getInputStream();
                assertThat(in.readNBytes(40_000_000)).as("the rest").hasSizeGreaterThan(39_999_000);
            }
            goAway(sockets.get(i), true);
        }
        Eventually.until("files are closed", () -> OpenDescriptors.filesBelow(directory) == 0);
        Eventually.until("leases are given back", () -> liveLeases() == 0);
    }
}
