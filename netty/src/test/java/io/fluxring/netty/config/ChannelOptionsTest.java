package io.fluxring.netty.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fluxring.core.sys.Libc;
import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.socket.InternetSockets;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each option of each kind of channel, as the kernel has it. */
class ChannelOptionsTest {
    @SuppressWarnings("deprecation") // Netty's resolver of names sets it
    private static final ChannelOption<Boolean> ACTIVE_ON_REGISTRATION =
            ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION;

    private static Map<ChannelOption<?>, Object> buffers() {
        return Map.of(ChannelOption.SO_RCVBUF, 16_384, ChannelOption.SO_SNDBUF, 32_768);
    }

    private static Map<ChannelOption<?>, Object> udp() {
        return Map.ofEntries(
                Map.entry(ChannelOption.SO_REUSEADDR, true),
                Map.entry(UnixChannelOption.SO_REUSEPORT, true),
                Map.entry(ChannelOption.SO_BROADCAST, true),
                Map.entry(RingChannelOption.SO_BUSY_POLL, 50),
                Map.entry(ChannelOption.IP_TOS, 0x10),
                Map.entry(RingChannelOption.IP_FREEBIND, true),
                Map.entry(RingChannelOption.IP_TRANSPARENT, true),
                Map.entry(RingChannelOption.IP_BIND_ADDRESS_NO_PORT, true),
                Map.entry(RingChannelOption.IP_MULTICAST_ALL, false),
                Map.entry(ChannelOption.IP_MULTICAST_TTL, 5),
                Map.entry(ChannelOption.IP_MULTICAST_LOOP_DISABLED, true),
                Map.entry(ACTIVE_ON_REGISTRATION, true),
                Map.entry(RingChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, 1_400));
    }

    /** What each kind of channel has beyond Netty's own options, with a value that is not the default. */
    private static List<Map<ChannelOption<?>, Object>> options(Channels kind) {
        return switch (kind) {
            case TCP ->
                List.of(
                        buffers(),
                        Map.of(
                                ChannelOption.ALLOW_HALF_CLOSURE,
                                true,
                                RingChannelOption.EARLY_WRITE_COMPLETION,
                                false,
                                RingChannelOption.WRITE_ZERO_COPY_THRESHOLD,
                                65_536),
                        Map.ofEntries(
                                Map.entry(ChannelOption.SO_REUSEADDR, true),
                                Map.entry(UnixChannelOption.SO_REUSEPORT, true),
                                Map.entry(ChannelOption.SO_KEEPALIVE, true),
                                Map.entry(ChannelOption.SO_LINGER, 7),
                                Map.entry(RingChannelOption.SO_BUSY_POLL, 50),
                                Map.entry(ChannelOption.TCP_NODELAY, false),
                                Map.entry(RingChannelOption.TCP_CORK, true),
                                Map.entry(RingChannelOption.TCP_QUICKACK, false),
                                Map.entry(RingChannelOption.TCP_NOTSENT_LOWAT, 0xffff_fffeL),
                                Map.entry(RingChannelOption.TCP_KEEPIDLE, 61),
                                Map.entry(RingChannelOption.TCP_KEEPINTVL, 7),
                                Map.entry(RingChannelOption.TCP_KEEPCNT, 5),
                                Map.entry(RingChannelOption.TCP_USER_TIMEOUT, 3_000),
                                Map.entry(RingChannelOption.TCP_CONGESTION, "reno"),
                                Map.entry(ChannelOption.TCP_FASTOPEN_CONNECT, true),
                                Map.entry(ChannelOption.IP_TOS, 0x10),
                                Map.entry(RingChannelOption.IP_FREEBIND, true),
                                Map.entry(RingChannelOption.IP_TRANSPARENT, true),
                                Map.entry(RingChannelOption.IP_BIND_ADDRESS_NO_PORT, true)));
            case TCP_SERVER ->
                List.of(Map.ofEntries(
                        Map.entry(ChannelOption.SO_BACKLOG, 17),
                        Map.entry(ChannelOption.SO_RCVBUF, 16_384),
                        Map.entry(ChannelOption.SO_REUSEADDR, true),
                        Map.entry(UnixChannelOption.SO_REUSEPORT, true),
                        Map.entry(RingChannelOption.SO_BUSY_POLL, 50),
                        Map.entry(RingChannelOption.TCP_CONGESTION, "reno"),
                        Map.entry(RingChannelOption.TCP_DEFER_ACCEPT, 3), // the kernel rounds up to 1, 3, 7, ...
                        Map.entry(ChannelOption.TCP_FASTOPEN, 9),
                        Map.entry(RingChannelOption.IP_FREEBIND, true),
                        Map.entry(RingChannelOption.IP_TRANSPARENT, true)));
            case UDP, UDP_OF_IPV4 -> List.of(buffers(), udp());
            case UNIX ->
                List.of(
                        buffers(),
                        Map.of(
                                ChannelOption.ALLOW_HALF_CLOSURE,
                                true,
                                RingChannelOption.EARLY_WRITE_COMPLETION,
                                false,
                                UnixChannelOption.DOMAIN_SOCKET_READ_MODE,
                                DomainSocketReadMode.BYTES));
            case UNIX_SERVER ->
                List.of(buffers(), Map.of(ChannelOption.SO_BACKLOG, 17, ChannelOption.SO_REUSEADDR, true));
            case UNIX_DATAGRAM -> List.of(buffers(), Map.of(ACTIVE_ON_REGISTRATION, true));
        };
    }

    static Stream<Arguments> each() {
        return Stream.of(Channels.values())
                .flatMap(kind -> options(kind).stream()
                        .flatMap(part -> part.entrySet().stream()
                                .map(option -> arguments(kind, option.getKey(), option.getValue()))));
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @MethodSource("each")
    @SuppressWarnings("unchecked")
    void whatIsSetIsReadBack(Channels kind, ChannelOption<?> option, Object value) {
        kind.with(config -> {
            set(config, (ChannelOption<Object>) option, value);
            assertThat(config.<Object>getOption((ChannelOption<Object>) option)).isEqualTo(value);
            assertThat(config.getOptions()).containsEntry(option, value);
        });
    }

    /** Some options need a privilege, which is not this class's subject. */
    private static void set(ChannelConfig config, ChannelOption<Object> option, Object value) {
        try {
            assertThat(config.setOption(option, value)).isTrue();
        } catch (ChannelException e) {
            assumeTrue(!String.valueOf(e.getMessage()).contains("EPERM"), () -> "no privilege for " + e.getMessage());
            throw e;
        }
    }

    @ParameterizedTest
    @EnumSource
    void optionsAreListedWhole(Channels kind) {
        kind.with(config -> {
            assertThat(config.getOptions()).containsKey(ChannelOption.AUTO_READ);
            options(kind)
                    .forEach(part -> assertThat(config.getOptions().keySet()).containsAll(part.keySet()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownOptionIsNotSet(Channels kind) {
        ChannelOption<Integer> unknown = ChannelOption.valueOf("fluxring.test.unknown");
        kind.with(config -> {
            assertThat(config.setOption(unknown, 1)).isFalse();
            assertThat(config.getOption(unknown)).isNull();
        });
    }

    /** A socket of both families sends by either. */
    @Test
    void optionsOfIpv4AreThoseOfIpv6AsWell() {
        IntegerUnixChannelOption tclass = new IntegerUnixChannelOption("tclass", Libc.IPPROTO_IPV6, Libc.IPV6_TCLASS);
        IntegerUnixChannelOption hops =
                new IntegerUnixChannelOption("hops", Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_HOPS);
        IntegerUnixChannelOption loop =
                new IntegerUnixChannelOption("loop", Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_LOOP);
        IntegerUnixChannelOption all = new IntegerUnixChannelOption("all", Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_ALL);
        assumeTrue(InternetSockets.hasIpv6ByDefault(), "no IPv6 here");
        Channels.TCP.with(config -> {
            config.setOption(ChannelOption.IP_TOS, 0x20);
            assertThat(config.getOption(tclass)).isEqualTo(0x20);
        });
        Channels.UDP.with(config -> {
            config.setOption(ChannelOption.IP_TOS, 0x20);
            config.setOption(ChannelOption.IP_MULTICAST_TTL, 9);
            config.setOption(ChannelOption.IP_MULTICAST_LOOP_DISABLED, true);
            config.setOption(RingChannelOption.IP_MULTICAST_ALL, false);
            assertThat(config.getOption(tclass)).isEqualTo(0x20);
            assertThat(config.getOption(hops)).isEqualTo(9);
            assertThat(config.getOption(loop)).isZero();
            assertThat(config.getOption(all)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"UDP", "UDP_OF_IPV4"})
    void theInterfaceOfMulticastIsSetByNameAndByAddress(Channels kind) throws SocketException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        NetworkInterface itsInterface = NetworkInterface.getByInetAddress(loopback);
        kind.with(config -> {
            assertThat(config.getOption(ChannelOption.IP_MULTICAST_IF)).isNull();
            assertThat(config.setOption(ChannelOption.IP_MULTICAST_IF, itsInterface))
                    .isTrue();
            assertThat(config.getOptions()).containsEntry(ChannelOption.IP_MULTICAST_IF, itsInterface);
        });
        kind.with(config -> {
            assertThat(config.setOption(ChannelOption.IP_MULTICAST_ADDR, loopback))
                    .isTrue();
            assertThat(config.getOption(ChannelOption.IP_MULTICAST_IF)).isEqualTo(itsInterface);
        });
    }

    @Test
    void aSocketThatIsNotConnectedHasNoPeer() {
        Channels.UNIX.with(config -> {
            assertThat(config.getOption(RingChannelOption.SO_PEERCRED)).isNull();
            assertThat(config.getOptions()).doesNotContainKey(RingChannelOption.SO_PEERCRED);
        });
    }

    // ---- options by their numbers

    @Test
    void anyOptionIsSetByItsNumber() {
        IntegerUnixChannelOption mark = new IntegerUnixChannelOption("TCP_WINDOW_CLAMP", Libc.IPPROTO_TCP, 10);
        Channels.TCP.with(config -> {
            assertThat(config.setOption(mark, 65_536)).isTrue();
            assertThat(config.getOption(mark)).isEqualTo(65_536);
        });
    }

    /** The same value is set on each connection of a server. */
    @Test
    void aRawValueIsNotUsedUp() {
        RawUnixChannelOption congestion =
                new RawUnixChannelOption("TCP_CONGESTION", Libc.IPPROTO_TCP, Libc.TCP_CONGESTION, 4);
        ByteBuffer value = ByteBuffer.wrap(new byte[] {0, 'r', 'e', 'n', 'o'}).position(1);
        for (int i = 0; i < 2; i++) {
            Channels.TCP.with(config -> {
                assertThat(config.setOption(congestion, value)).isTrue();
                assertThat(config.getOption(RingChannelOption.TCP_CONGESTION)).isEqualTo("reno");
                assertThat(config.getOption(congestion)).isEqualTo(value);
            });
        }
        assertThat(value.position()).isEqualTo(1);
    }

    /** A close that lingers takes a thread of its own, whatever name the option was set by. */
    @Test
    void aLingerThatIsSetByItsNumberIsKnown() {
        RawUnixChannelOption linger = new RawUnixChannelOption("SO_LINGER", Libc.SOL_SOCKET, Libc.SO_LINGER, 8);
        ByteBuffer value = ByteBuffer.allocateDirect(8)
                .order(ByteOrder.nativeOrder())
                .putInt(1)
                .putInt(9)
                .flip();
        Channels.TCP.with(config -> {
            assertThat(config.setOption(linger, value)).isTrue();
            assertThat(((SocketChannelConfig) config).getSoLinger()).isEqualTo(9);
        });
    }

    @Test
    void aLingerIsTakenBack() {
        Channels.TCP.with(config -> {
            SocketChannelConfig tcp = (SocketChannelConfig) config;
            assertThat(tcp.getSoLinger()).isEqualTo(-1);
            assertThat(tcp.setSoLinger(0).getSoLinger()).isZero();
            assertThat(config.getOption(ChannelOption.SO_LINGER)).isZero();
            assertThat(tcp.setSoLinger(-5).getSoLinger()).isEqualTo(-1);
            assertThat(config.getOption(ChannelOption.SO_LINGER)).isEqualTo(-1);
        });
    }

    // ---- what is refused

    static Stream<Arguments> impossible() {
        return Stream.of(
                arguments(Channels.TCP, ChannelOption.SO_RCVBUF, -1),
                arguments(Channels.TCP, ChannelOption.IP_TOS, 256),
                arguments(Channels.TCP, ChannelOption.TCP_NODELAY, 1),
                arguments(Channels.TCP, RingChannelOption.TCP_KEEPIDLE, "61"),
                arguments(Channels.TCP, RingChannelOption.TCP_NOTSENT_LOWAT, -1L),
                arguments(Channels.TCP, RingChannelOption.TCP_NOTSENT_LOWAT, 0x1_0000_0000L),
                arguments(Channels.TCP_SERVER, ChannelOption.SO_BACKLOG, -1),
                arguments(Channels.UDP, ChannelOption.IP_MULTICAST_TTL, 256));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    @SuppressWarnings("unchecked")
    void aValueThatCantBeIsAnIllegalArgument(Channels kind, ChannelOption<?> option, Object value) {
        kind.with(config -> {
            Map<ChannelOption<?>, Object> before = config.getOptions();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> config.setOption((ChannelOption<Object>) option, value));
            assertThat(config.getOptions()).isEqualTo(before);
        });
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(RingChannelOption.TCP_KEEPIDLE, 0, "TCP_KEEPIDLE = 0: EINVAL"),
                arguments(RingChannelOption.TCP_KEEPCNT, 1_000, "TCP_KEEPCNT = 1000: EINVAL"),
                arguments(RingChannelOption.TCP_CONGESTION, "nothing", "TCP_CONGESTION = nothing: ENOENT"),
                arguments(RingChannelOption.TCP_CONGESTION, "", "TCP_CONGESTION = : EINVAL"),
                arguments(
                        new IntegerUnixChannelOption("SO_NOTHING", Libc.SOL_SOCKET, 4_000),
                        1,
                        "SO_NOTHING = 1: ENOPROTOOPT"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aRefusalNamesTheOptionTheValueAndTheErrno(ChannelOption<Object> option, Object value, String message) {
        Channels.TCP.with(config -> assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> config.setOption(option, value))
                .withMessageStartingWith(message));
    }

    @Test
    void aUnixSocketDoesNotReceiveDescriptors() {
        Channels.UNIX.with(config -> assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> config.setOption(
                        UnixChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)));
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelHasNoSocketOptions(Channels kind) {
        ChannelConfig config = kind.closed();
        IntegerUnixChannelOption type = new IntegerUnixChannelOption("SO_RCVLOWAT", Libc.SOL_SOCKET, 18);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> config.setOption(ChannelOption.SO_RCVBUF, 16_384))
                .withMessageStartingWith("SO_RCVBUF")
                .withCauseInstanceOf(ClosedChannelException.class);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> config.getOption(ChannelOption.SO_RCVBUF))
                .withCauseInstanceOf(ClosedChannelException.class);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> config.setOption(type, 1))
                .withCauseInstanceOf(ClosedChannelException.class);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(config::getOptions)
                .withCauseInstanceOf(ClosedChannelException.class);
    }
}
