package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.ForwardingKernel;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A wildcard address is that of both families, as it is to the JDK's own server channels. */
class WildcardTest {
    private static final String PREFER_IPV4 = "java.net.preferIPv4Stack";

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final List<InetSocketAddress> peers = new CopyOnWriteArrayList<>();

    static Stream<InetSocketAddress> wildcards() {
        return Stream.of(new InetSocketAddress(0), new InetSocketAddress("0.0.0.0", 0), new InetSocketAddress("::", 0));
    }

    private static InetAddress loopback(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasIpv6() {
        try (var probe = new ServerSocket(0, 1, loopback("::1"))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void serve(Listener listener) {
        listener.handle(connection -> {
                    peers.add(connection.remoteAddress());
                    return connection.send(connection.receive());
                })
                .subscribe();
    }

    private static InetSocketAddress echo(Listener listener, InetAddress by) throws IOException {
        try (Peer peer =
                Peer.connect(new InetSocketAddress(by, listener.localAddress().getPort()))) {
            peer.echo(10);
            return peer.localAddress();
        }
    }

    @ParameterizedTest
    @MethodSource("wildcards")
    void servesBothFamilies(InetSocketAddress wildcard) throws IOException {
        assumeTrue(hasIpv6(), "this host has no IPv6");
        Listener listener = guard.ring().listen(wildcard);
        serve(listener);
        assertThat(listener.localAddress().getAddress())
                .isInstanceOf(Inet6Address.class)
                .matches(InetAddress::isAnyLocalAddress);
        InetSocketAddress byIpv4 = echo(listener, loopback("127.0.0.1"));
        InetSocketAddress byIpv6 = echo(listener, loopback("::1"));
        assertThat(peers)
                .containsExactly(byIpv4, byIpv6); // the first one as an IPv4 address, not as one mapped to IPv6
    }

    @Test
    void aCertainAddressIsOfItsFamily() throws IOException {
        Listener ipv4 = guard.ring().listen(new InetSocketAddress("127.0.0.1", 0));
        serve(ipv4);
        echo(ipv4, loopback("127.0.0.1"));
        assumeTrue(hasIpv6(), "this host has no IPv6");
        Listener ipv6 = guard.ring().listen(new InetSocketAddress("::1", 0));
        serve(ipv6);
        echo(ipv6, loopback("::1"));
    }

    @Test
    void preferIpv4StackIsRespected() throws IOException {
        String before = System.setProperty(PREFER_IPV4, "true");
        try {
            Listener listener = guard.ring().listen(new InetSocketAddress("0.0.0.0", 0));
            serve(listener);
            assertThat(listener.localAddress().getAddress()).isEqualTo(loopback("0.0.0.0"));
            echo(listener, loopback("127.0.0.1"));
        } finally {
            if (before == null) {
                System.clearProperty(PREFER_IPV4);
            } else {
                System.setProperty(PREFER_IPV4, before);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("wildcards")
    void aHostWithoutIpv6ListensOnIpv4(InetSocketAddress wildcard) throws IOException {
        ReactiveRing ring = ReactiveRing.create(new WithoutIpv6(), ReactiveRingConfig.defaults());
        try {
            Listener listener = ring.listen(wildcard);
            serve(listener);
            assertThat(listener.localAddress().getAddress()).isEqualTo(loopback("0.0.0.0"));
            echo(listener, loopback("127.0.0.1"));
        } finally {
            ring.disposeLater().block(Eventually.LIMIT);
        }
    }

    /** A kernel that knows no IPv6. */
    private static final class WithoutIpv6 extends ForwardingKernel {
        @Override
        public int socket(int domain, int type, int protocol) {
            return domain == Libc.AF_INET6 ? Errno.EAFNOSUPPORT.result() : super.socket(domain, type, protocol);
        }
    }
}
