package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.RingDomainDatagramChannel;
import io.fluxring.netty.RingDomainSocketChannel;
import io.fluxring.netty.RingServerDomainSocketChannel;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Reports about datagrams and about names of Unix sockets. */
@Timeout(30)
class DatagramReportsTest {
    @RegisterExtension
    final Ring ring = new Ring();

    @TempDir
    Path folder;

    private final List<Integer> lengths = new CopyOnWriteArrayList<>();

    private final ChannelInboundHandlerAdapter notesLengths = new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBufHolder datagram = (ByteBufHolder) message;
            lengths.add(datagram.content().readableBytes());
            datagram.release();
        }
    };

    @Test
    @Tag("N8")
    void emptyDatagramsAreMessagesLikeOthers() throws Exception {
        Channel channel = new Bootstrap()
                .group(ring.group())
                .channel(RingDatagramChannel.class)
                .handler(notesLengths)
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        try (DatagramSocket peer = new DatagramSocket()) {
            InetSocketAddress to = (InetSocketAddress) channel.localAddress();
            for (int length : new int[] {0, 0, 0, 1, 0, 0, 0}) {
                peer.send(new DatagramPacket(new byte[length], length, to));
            }
        }
        Ring.until("all seven", () -> lengths.size() == 7);
        assertThat(lengths).containsExactly(0, 0, 0, 1, 0, 0, 0);
    }

    @Test
    @Tag("N8")
    void emptyDatagramsOfUnixSocketsAsWell() throws Exception {
        DomainSocketAddress name = new DomainSocketAddress("\0flux-datagrams");
        new Bootstrap()
                .group(ring.group())
                .channel(RingDomainDatagramChannel.class)
                .handler(notesLengths)
                .bind(name)
                .sync();
        Channel peer = new Bootstrap()
                .group(ring.group())
                .channel(RingDomainDatagramChannel.class)
                .handler(new Recorder())
                .bind(new DomainSocketAddress(""))
                .sync()
                .channel();
        for (int length : new int[] {0, 1, 0}) {
            Ring.await(peer.writeAndFlush(new DomainDatagramPacket(Unpooled.wrappedBuffer(new byte[length]), name)));
        }
        Ring.until("all three", () -> lengths.size() == 3);
        assertThat(lengths).containsExactly(0, 1, 0);
    }

    @Test
    @Tag("N7")
    void namesOfUnixSocketsComeBackAsGiven() throws Exception {
        DomainSocketAddress name = new DomainSocketAddress("\0flux-names");
        Channel server = new ServerBootstrap()
                .group(ring.group())
                .channel(RingServerDomainSocketChannel.class)
                .childHandler(new Recorder())
                .bind(name)
                .sync()
                .channel();
        assertThat(server.localAddress()).isEqualTo(name);
        Channel client = connect(name);
        assertThat(client.remoteAddress()).isEqualTo(name);
    }

    @Test
    @Tag("N7")
    void theJdksAddressesAreTaken() throws Exception {
        Path path = folder.resolve("socket");
        new ServerBootstrap()
                .group(ring.group())
                .channel(RingServerDomainSocketChannel.class)
                .childHandler(new Recorder())
                .bind(UnixDomainSocketAddress.of(path))
                .sync();
        Channel client = connect(UnixDomainSocketAddress.of(path));
        assertThat(client.remoteAddress()).isEqualTo(new DomainSocketAddress(path.toString()));
    }

    private Channel connect(SocketAddress address) throws InterruptedException {
        return new Bootstrap()
                .group(ring.group())
                .channel(RingDomainSocketChannel.class)
                .handler(new Recorder())
                .connect(address)
                .sync()
                .channel();
    }
}
