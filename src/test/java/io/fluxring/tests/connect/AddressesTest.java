package io.fluxring.tests.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.PeerException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private ReactiveRing ring(boolean direct) {
        RingLoopConfig loop = RingLoopConfig.defaults();
        return guard.ring(ReactiveRingConfig.defaults().withLoop(direct ? loop.withDirectDescriptors(64) : loop));
    }

    /** Without the number of the process that a call needs there is nothing to ask with. */
    private static void assumeInstallable(ReactiveRing ring, boolean direct) {
        assumeTrue(
                !direct || ring.capabilities().supports(Opcode.FIXED_FD_INSTALL), "FIXED_FD_INSTALL needs Linux 6.8");
    }

    private static Server server(ReactiveRing ring, boolean direct) {
        return new Server(ring, ListenOptions.defaults().withDirect(direct));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void askedByAnotherThread(boolean direct) throws IOException {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Server server = server(ring, direct);
        try (Server.Pair pair = server.pair()) {
            assertThat(pair.connection().remoteAddress()).isEqualTo(pair.peer().localAddress());
            assertThat(pair.connection().localAddress())
                    .isEqualTo(server.listener().localAddress());
            assertThat(pair.connection().remoteAddress())
                    .isSameAs(pair.connection().remoteAddress());
        }
    }

    /** In the moment of its arrival, with an enter of its own where the descriptor is direct. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void askedByTheHandler(boolean direct) throws IOException {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Listener listener = ring.listen(Echo.anyPort(), ListenOptions.defaults().withDirect(direct));
        CompletableFuture<List<InetSocketAddress>> seen = new CompletableFuture<>();
        listener.accept().subscribe(connection -> {
            seen.complete(List.of(connection.localAddress(), connection.remoteAddress()));
            connection.dispose();
        });
        try (Peer peer = Peer.connect(listener.localAddress())) {
            assertThat(seen.join()).containsExactly(listener.localAddress(), peer.localAddress());
            peer.expectEnd();
        }
    }

    /** Who takes the entry is another thread, which may sleep. */
    @Test
    void askedWithAPollingThread() throws IOException {
        ReactiveRing ring = guard.ring(ReactiveRingConfig.defaults()
                .withLoop(RingLoopConfig.defaults()
                        .withRing(RingLoopConfig.defaults().ring().withSqPoll(10))
                        .withDirectDescriptors(8)));
        assumeInstallable(ring, true);
        Listener listener = ring.listen(Echo.anyPort(), ListenOptions.defaults().withDirect(true));
        CompletableFuture<InetSocketAddress> seen = new CompletableFuture<>();
        listener.accept().subscribe(connection -> {
            seen.complete(connection.remoteAddress());
            connection.dispose();
        });
        try (Peer peer = Peer.connect(listener.localAddress())) {
            assertThat(seen.join()).isEqualTo(peer.localAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothEndsOfAConnection(boolean direct) {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Server server = server(ring, direct);
        Connection client = ring.connect(server.listener().localAddress())
                .blockOptional(LIMIT)
                .orElseThrow();
        Connection accepted = server.take();
        assertThat(client.localAddress()).isEqualTo(accepted.remoteAddress());
        assertThat(client.remoteAddress()).isEqualTo(accepted.localAddress());
        client.close().block(LIMIT);
        accepted.close().block(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overIpv6(boolean direct) throws IOException {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Listener listener = ring.listen(
                new InetSocketAddress("::1", 0), ListenOptions.defaults().withDirect(direct));
        CompletableFuture<Connection> accepted = new CompletableFuture<>();
        listener.accept().subscribe(accepted::complete);
        try (Peer peer = Peer.connect(listener.localAddress())) {
            assertThat(accepted.join().remoteAddress()).isEqualTo(peer.localAddress());
            assertThat(accepted.join().localAddress()).isEqualTo(listener.localAddress());
            accepted.join().close().block(LIMIT);
        }
    }

    /** The log of an error names the client although there is none any more. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAPeerThatHasReset(boolean direct) throws IOException {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Server.Pair pair = server(ring, direct).pair();
        InetSocketAddress peer = pair.peer().localAddress();
        pair.peer().reset();
        assertThatThrownBy(() -> pair.connection().receive().blockLast(LIMIT)).isInstanceOf(PeerException.class);
        assertThat(pair.connection().remoteAddress()).isEqualTo(peer);
        pair.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterTheClose(boolean direct) throws IOException {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Server server = server(ring, direct);
        Server.Pair pair = server.pair();
        InetSocketAddress peer = pair.peer().localAddress();
        assertThat(pair.connection().remoteAddress()).isEqualTo(peer);
        pair.close();
        assertThat(pair.connection().remoteAddress()).isEqualTo(peer); // known from before
        assertThatThrownBy(() -> pair.connection().localAddress())
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("is closed");
    }

    /** The number of a descriptor is used again at once: an answer is never about the file that has it now. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileTheConnectionIsClosed(boolean direct) throws Exception {
        ReactiveRing ring = ring(direct);
        assumeInstallable(ring, direct);
        Server server = server(ring, direct);
        List<@Nullable InetSocketAddress> wrong = new ArrayList<>();
        int known = 0;
        for (int i = 0; i < 1000; i++) {
            Server.Pair pair = server.pair();
            InetSocketAddress peer = pair.peer().localAddress();
            CompletableFuture<@Nullable InetSocketAddress> asked = CompletableFuture.supplyAsync(() -> {
                try {
                    return pair.connection().remoteAddress();
                } catch (CancelledException e) {
                    return null;
                }
            });
            pair.close();
            InetSocketAddress answer = asked.get();
            known += answer == null ? 0 : 1;
            if (answer != null && !answer.equals(peer)) {
                wrong.add(answer);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(known).isBetween(0, 1000);
        assertThat(ring.counters().get(Counter.HANDLER_FAILURES)).isZero();
    }
}
