package io.fluxring.netty.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.support.Ring;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups by their sources, on the loopback interface. */
@Timeout(30)
class MulticastTest {
    @RegisterExtension
    final Ring ring = new Ring();

    private final Datagrams received = new Datagrams();
    private final InetAddress local = InetAddress.ofLiteral("127.0.0.1");
    private final InetAddress group = InetAddress.ofLiteral("232.1.2.3"); // of the range for groups with a source
    private final InetAddress anyGroup = InetAddress.ofLiteral("239.1.2.3");
    private NetworkInterface loopback;
    private RingDatagramChannel channel;
    private Channel sender;

    @BeforeEach
    void open() throws Exception {
        loopback = NetworkInterface.getByInetAddress(local);
        channel = channel(received, "0.0.0.0");
        sender = channel(new Datagrams(), "127.0.0.1");
        ((RingDatagramChannel) sender).config().setNetworkInterface(loopback);
    }

    private RingDatagramChannel channel(Datagrams handler, String host) throws InterruptedException {
        return (RingDatagramChannel) new Bootstrap()
                .group(ring.group())
                .channelFactory(() -> new RingDatagramChannel(SocketProtocolFamily.INET))
                .handler(handler)
                .bind(host, 0)
                .sync()
                .channel();
    }

    /** What was sent before this arrives before it, if it does. */
    private void send(InetAddress to, String text) throws InterruptedException {
        int port = channel.localAddress().getPort();
        Ring.await(sender.writeAndFlush(new DatagramPacket(
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), new InetSocketAddress(to, port))));
    }

    private void mark(String text) throws InterruptedException {
        send(local, text);
        Ring.until(text, () -> received.texts.contains(text));
    }

    @Test
    void aSourceIsJoinedAndLeft() throws Exception {
        Ring.await(channel.joinGroup(group, loopback, local));
        send(group, "joined");
        mark("first");
        Ring.await(channel.leaveGroup(group, loopback, local));
        send(group, "left");
        mark("second");
        assertThat(received.texts).containsExactly("joined", "first", "second");
    }

    @Test
    void anotherSourceIsNotHeard() throws Exception {
        Ring.await(channel.joinGroup(group, loopback, InetAddress.ofLiteral("127.0.0.9")));
        send(group, "of another");
        mark("only");
        assertThat(received.texts).containsExactly("only");
    }

    @Test
    void aSourceIsBlocked() throws Exception {
        Ring.await(channel.joinGroup(new InetSocketAddress(anyGroup, 0), loopback));
        send(anyGroup, "heard");
        mark("first");
        Ring.await(channel.block(anyGroup, loopback, local));
        send(anyGroup, "blocked");
        mark("second");
        assertThat(received.texts).containsExactly("heard", "first", "second");
    }

    @Test
    void aGroupThatWasNotJoinedCannotBeLeft() {
        assertThatThrownBy(() -> Ring.await(channel.leaveGroup(new InetSocketAddress(anyGroup, 0), loopback)))
                .hasMessageContaining("setsockopt");
    }
}
