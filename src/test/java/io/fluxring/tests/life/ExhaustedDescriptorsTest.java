package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a low limit of descriptors: it says so once, serves those it has, and recovers. */
class ExhaustedDescriptorsTest {
    private static final int LIMIT = 192; // the jars of the class path are open, too

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @Tag("R6")
    @ParameterizedTest
    @ValueSource(strings = {"--multishot", "--no-multishot", "--fixed"})
    void staysUpAndRecovers(String option) throws Exception {
        List<String> command = ChildJvm.command(Launcher.class, "echo", "--port", "0", option);
        try (ChildJvm server = ChildJvm.limited(LIMIT, command)) {
            InetSocketAddress address = address(server.awaitOutput("listening on "));
            List<Peer> peers = new ArrayList<>();
            try (Peer first =
                    Peer.connect(address)) { // a server that serves: its classes are loaded, which takes descriptors
                first.echo(100).endOutput().expectEnd();
            }
            for (int spell = 0; spell < 2; spell++) {
                for (int i = 0; i < 2 * LIMIT; i++) {
                    peers.add(Peer.connect(address, i));
                }
                peers.getFirst().echo(100);
                if (!option.equals("--fixed")) { // there the count of free places keeps the kernel from refusing
                    awaitLines(server, "cannot accept", spell + 1);
                    staysQuiet(server);
                }
                for (Peer peer : peers.subList(0, LIMIT)) {
                    peer.close();
                }
                for (Peer peer : peers.subList(LIMIT + 20, 2 * LIMIT)) {
                    peer.close();
                }
                for (Peer peer : peers.subList(LIMIT, LIMIT + 20)) {
                    peer.echo(100).endOutput().expectEnd();
                    peer.close();
                }
                peers.clear();
                if (!option.equals("--fixed")) {
                    awaitLines(server, "accepts again", spell + 1);
                }
            }
            server.terminate().awaitExit();
            assertThat(server.output()).hasSize(2);
            assertThat(server.errors().stream().filter(line -> line.contains("Exception")))
                    .isEmpty();
        }
    }

    private static void awaitLines(ChildJvm server, String part, int count) {
        Eventually.until(
                () -> count + " lines with " + part + ": " + server,
                Eventually.LIMIT,
                () -> server.errors().stream()
                                .filter(line -> line.contains(part))
                                .count()
                        == count);
    }

    /** Three times as long as it waits before it tries again. */
    private static void staysQuiet(ChildJvm server) {
        int lines = server.errors().size();
        assertThat(Eventually.comesTrue(
                        Duration.ofMillis(350), () -> server.errors().size() != lines))
                .as("more lines: %s", server)
                .isFalse();
    }

    private static InetSocketAddress address(String line) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }
}
