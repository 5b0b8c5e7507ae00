package io.fluxring.tests.echo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Descriptors;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Listener;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that never read hold what they were sent, for ever. However many there are, the others are served. */
class StuckClientsTest {
    private static final int MOST = 8000;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static void untilAllAreStuck(StuckClients clients) {
        long[] sent = new long[1];
        Eventually.settles("the clients' sends", Duration.ofMillis(300), () -> sent[0] += clients.send());
    }

    /** Twice as many as there are buffers at first, each holding one. */
    @Test
    void moreThanThereWereBuffers() throws IOException {
        ReactiveRing ring = guard.ring();
        int clients = 2048;
        Listener listener = Echo.serve(ring);
        try (Peer before = Peer.connect(listener.localAddress());
                StuckClients stuck = new StuckClients()) {
            before.echo(100);
            stuck.connect(listener.localAddress(), clients);
            Eventually.until("a buffer held by each client", () -> {
                stuck.send();
                return RingGuard.<Integer>ask(ring, RingLoop::liveLeases) >= clients;
            });
            before.echo(100);
            try (Peer fresh = Peer.connect(listener.localAddress(), 1)) {
                fresh.echo(100_000);
            }
        }
        RingGuard.awaitNoLeases(ring);
    }

    /** As many as a ring of the default size admits, on the sample as a user starts it. */
    @Test
    void asManyAsTheSampleAccepts() throws IOException {
        assumeTrue(Descriptors.limit() > MOST + 1000, "the limit of open descriptors (ulimit -n) is too low");
        try (ChildJvm server = ChildJvm.start(Launcher.class, "echo", "--port", "0");
                StuckClients stuck = new StuckClients()) {
            String line = server.awaitOutput("listening on ");
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
            try (Peer before = Peer.connect(address)) {
                before.echo(100);
                stuck.connect(address, MOST);
                untilAllAreStuck(stuck);
                for (int i = 0; i < 20; i++) {
                    before.echo(100);
                    try (Peer fresh = Peer.connect(address, i)) {
                        fresh.echo(1000).endOutput().expectEnd();
                    }
                }
            }
            server.terminate().awaitExit();
        }
    }
}
