package io.fluxring.tests.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.net.ConnectOptions;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketOptionsTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    private static final Map<SocketOption<Integer>, Integer> NUMBERS = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 77,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 7,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 5,
            StandardSocketOptions.SO_RCVBUF, 20_000,
            StandardSocketOptions.SO_SNDBUF, 30_000,
            StandardSocketOptions.SO_LINGER, 3);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private Server server(boolean direct, ListenOptions options) {
        RingLoopConfig loop = RingLoopConfig.defaults();
        ReactiveRing ring =
                guard.ring(ReactiveRingConfig.defaults().withLoop(direct ? loop.withDirectDescriptors(8) : loop));
        assumeTrue(
                !direct || ring.capabilities().supports(Opcode.FIXED_FD_INSTALL), "FIXED_FD_INSTALL needs Linux 6.8");
        return new Server(ring, options.withDirect(direct));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsSetIsThere(boolean direct) throws IOException {
        Server server = server(direct, ListenOptions.defaults());
        try (Server.Pair pair = server.pair()) {
            Connection connection = pair.connection();
            NUMBERS.forEach((option, value) -> {
                assertThat(connection.getOption(option)).isNotEqualTo(value);
                assertThat(connection.setOption(option, value).getOption(option))
                        .as(option.name())
                        .isEqualTo(value);
            });
            assertThat(connection.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            connection.setOption(StandardSocketOptions.TCP_NODELAY, false);
            assertThat(connection.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            connection.setOption(StandardSocketOptions.SO_LINGER, -1);
            assertThat(connection.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
            connection.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
            connection.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            assertThat(connection.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        }
    }

    /** Our values are those of the JDK for the same socket. */
    @Test
    void asTheJdkSeesThem() throws IOException {
        Server server = server(false, ListenOptions.defaults());
        try (SocketChannel jdk = SocketChannel.open(server.listener().localAddress())) {
            Connection ours = server.take();
            assertThat(ours.getOption(StandardSocketOptions.SO_LINGER))
                    .isEqualTo(jdk.getOption(StandardSocketOptions.SO_LINGER));
            jdk.setOption(StandardSocketOptions.SO_SNDBUF, 30_000);
            assertThat(ours.setOption(StandardSocketOptions.SO_SNDBUF, 30_000)
                            .getOption(StandardSocketOptions.SO_SNDBUF))
                    .isEqualTo(jdk.getOption(StandardSocketOptions.SO_SNDBUF));
            ours.close().block(LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onTheLoopsThread(boolean direct) throws IOException {
        Server server = server(direct, ListenOptions.defaults());
        try (Server.Pair pair = server.pair()) {
            CompletableFuture<Integer> size = new CompletableFuture<>();
            pair.connection()
                    .receive()
                    .take(1)
                    .subscribe(lease -> size.complete(pair.connection()
                            .setOption(StandardSocketOptions.SO_SNDBUF, 40_000)
                            .getOption(StandardSocketOptions.SO_SNDBUF)));
            pair.peer().send(1);
            assertThat(size.join()).isEqualTo(40_000);
        }
    }

    /** A buffer's size must be known before the handshake, which tells the peer of it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fromTheBeginning(boolean direct) {
        ListenOptions listening = ListenOptions.defaults();
        ConnectOptions connecting = ConnectOptions.defaults();
        for (Map.Entry<SocketOption<Integer>, Integer> each : NUMBERS.entrySet()) {
            listening = listening.withOption(each.getKey(), each.getValue());
            connecting = connecting.withOption(each.getKey(), each.getValue());
        }
        Server server = server(direct, listening);
        ReactiveRing client = guard.ring();
        Connection connection = client.connect(server.listener().localAddress(), connecting)
                .blockOptional(LIMIT)
                .orElseThrow();
        Connection accepted = server.take();
        NUMBERS.forEach((option, value) -> {
            assertThat(connection.getOption(option)).as(option.name()).isEqualTo(value);
            assertThat(accepted.getOption(option)).as(option.name()).isEqualTo(value);
        });
        connection.close().block(LIMIT);
        accepted.close().block(LIMIT);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // a value of another type is the point
    void badOnesAreRefused() throws IOException {
        assertThatThrownBy(() -> ListenOptions.defaults().withOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("IP_MULTICAST_TTL");
        assertThatThrownBy(() -> ConnectOptions.defaults().withOption(StandardSocketOptions.SO_RCVBUF, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SO_RCVBUF can't be negative: -1");
        assertThatThrownBy(
                        () -> ConnectOptions.defaults().withOption((SocketOption) StandardSocketOptions.SO_RCVBUF, "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SO_RCVBUF takes a value of type Integer: 1");
        Server server = server(false, ListenOptions.defaults());
        try (Server.Pair pair = server.pair()) {
            assertThatThrownBy(() -> pair.connection().setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 0))
                    .isInstanceOf(RingException.class)
                    .hasMessageContaining("SETSOCKOPT TCP_KEEPIDLE fd=")
                    .hasMessageContaining("EINVAL");
            pair.connection().close().block(LIMIT);
            assertThatThrownBy(() -> pair.connection().getOption(StandardSocketOptions.TCP_NODELAY))
                    .isInstanceOf(CancelledException.class);
        }
    }
}
