package io.fluxring.tests.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.PeerException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.net.ConnectOptions;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ConnectTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    /** A listening socket whose backlog is full: another client's connect takes for ever. */
    private static final class Deaf implements AutoCloseable {
        private final ServerSocket listening;
        private final List<Socket> waiting = new ArrayList<>();

        Deaf() throws IOException {
            listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            while (fill()) {
                // until the backlog is full
            }
        }

        private boolean fill() throws IOException {
            Socket client = new Socket();
            waiting.add(client);
            try {
                client.connect(address(), 200);
                return true;
            } catch (SocketTimeoutException full) {
                return false;
            }
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listening.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            listening.close();
            for (Socket each : waiting) {
                each.close();
            }
        }
    }

    private static InetSocketAddress closedPort() throws IOException {
        try (ServerSocket former = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) former.getLocalSocketAddress();
        }
    }

    private static Mono<String> echo(Connection connection, String text) {
        return connection
                .sendString(text, StandardCharsets.UTF_8)
                .thenMany(connection.receive().asString(StandardCharsets.UTF_8))
                .scan("", String::concat)
                .filter(text::equals)
                .next();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEchoClient(boolean sameRing) {
        ReactiveRing server = guard.ring();
        ReactiveRing client = sameRing ? server : guard.ring();
        InetSocketAddress address = Echo.serve(server).localAddress();
        Flux<String> answers = Flux.range(0, 200)
                .flatMap(
                        i -> Mono.usingWhen(client.connect(address), it -> echo(it, "message " + i), Connection::close),
                        20);
        assertThat(answers.collectList().block(LIMIT))
                .hasSize(200)
                .doesNotHaveDuplicates()
                .allMatch(answer -> answer.startsWith("message "));
    }

    @Test
    void aRefusalNamesTheAddress() throws IOException {
        ReactiveRing ring = guard.ring();
        InetSocketAddress address = closedPort();
        assertThatThrownBy(() -> ring.connect(address).block(LIMIT))
                .isInstanceOf(PeerException.class)
                .hasMessageMatching("CONNECT fd=\\d+ to 127\\.0\\.0\\.1:" + address.getPort()
                        + ": ECONNREFUSED \\(connection refused\\)");
    }

    @Test
    void theTimeLimit() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Deaf server = new Deaf()) {
            ConnectOptions options = ConnectOptions.defaults().withTimeout(Duration.ofMillis(50));
            assertThatThrownBy(() -> ring.connect(server.address(), options).block(LIMIT))
                    .isInstanceOf(PeerException.class)
                    .hasMessageContaining("127.0.0.1:" + server.address().getPort() + " within PT0.05S: ETIMEDOUT")
                    .extracting(e -> ((RingException) e).errno())
                    .isEqualTo(Errno.ETIMEDOUT);
            assertThat(RingGuard.ask(ring, RingLoop::liveOperations)).isZero();
        }
    }

    @Test
    void cancelCallsTheAttemptOff() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Deaf server = new Deaf()) {
            Disposable connecting = ring.connect(server.address()).subscribe();
            RingGuard.awaitOperations(ring, 1);
            connecting.dispose();
            RingGuard.awaitOperations(ring, 0);
        }
    }

    /** The descriptor is closed when the cancel wins, and when the connection wins. */
    @Test
    void noDescriptorIsLeftByCancels() throws IOException {
        ReactiveRing server = guard.ring();
        ReactiveRing client = guard.ring();
        InetSocketAddress address = Echo.serve(server).localAddress();
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Disposable connecting = client.connect(address).subscribe(Connection::dispose);
            long end = System.nanoTime() + random.nextInt(200_000);
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            connecting.dispose();
        }
        RingGuard.awaitOperations(client, 0);
    }

    @Test
    void fromAnAddress() {
        ReactiveRing ring = guard.ring();
        Server server = new Server(ring);
        InetSocketAddress from = new InetSocketAddress("127.0.0.2", 0);
        Connection connection = ring.connect(
                        server.listener().localAddress(),
                        ConnectOptions.defaults().withLocalAddress(from))
                .block(LIMIT);
        InetSocketAddress seen = server.take().remoteAddress();
        assertThat(seen.getAddress()).isEqualTo(from.getAddress());
        assertThat(connection).isNotNull();
        connection.close().block(LIMIT);
    }

    @Test
    void anAddressThatIsInUseIsNamed() {
        ReactiveRing ring = guard.ring();
        InetSocketAddress listening = new Server(ring).listener().localAddress();
        ConnectOptions options = ConnectOptions.defaults().withLocalAddress(listening);
        assertThatThrownBy(() -> ring.connect(listening, options).block(LIMIT))
                .isInstanceOf(RingException.class)
                .hasMessageContaining("BIND 127.0.0.1:" + listening.getPort() + ": EADDRINUSE");
    }

    @Test
    void badAddressesAreRefused() {
        ReactiveRing ring = guard.ring();
        assertThatThrownBy(() -> ring.connect(InetSocketAddress.createUnresolved("no.such.name", 80))
                        .block(LIMIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unresolved host name: no.such.name");
        ConnectOptions fromIpv6 = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress("::1", 0));
        assertThatThrownBy(() -> ring.connect(new InetSocketAddress("127.0.0.1", 80), fromIpv6)
                        .block(LIMIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0:0:0:0:0:0:0:1]:0 to 127.0.0.1:80");
        assertThatThrownBy(() -> ConnectOptions.defaults().withTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aConnectionWaitsForDemand() {
        ReactiveRing ring = guard.ring();
        Server server = new Server(ring);
        AtomicReference<Connection> connected = new AtomicReference<>();
        StepVerifier.create(ring.connect(server.listener().localAddress()), 0)
                .then(server::take)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .consumeNextWith(connected::set)
                .expectComplete()
                .verify(LIMIT);
        connected.get().close().block(LIMIT);
        StepVerifier.create(ring.connect(server.listener().localAddress()), 0)
                .then(server::take)
                .thenCancel()
                .verify(LIMIT);
        Eventually.until("one end of two pairs", () -> ring.loop().toString().contains(2 * 2 + " reserved"));
    }

    @Test
    void theRingClosesWhatItConnected() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Deaf deaf = new Deaf();
                ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Connection connection = ring.connect((InetSocketAddress) server.getLocalSocketAddress())
                    .block(LIMIT);
            AtomicReference<Throwable> end = new AtomicReference<>();
            ring.connect(deaf.address()).subscribe(it -> {}, end::set);
            RingGuard.awaitOperations(ring, 1);
            try (Socket accepted = server.accept()) {
                ring.disposeLater().block(LIMIT);
                assertThat(accepted.getInputStream().read()).isNegative();
            }
            assertThat(connection).isNotNull();
            assertThat(connection.isDisposed()).isTrue();
            assertThat(end.get()).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> ring.connect(deaf.address()).block(LIMIT))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("the ring is closed");
        }
    }
}
