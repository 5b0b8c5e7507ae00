package io.fluxring.netty.config;

import static io.fluxring.netty.support.Ring.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.PeerIdentity;
import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.RingDomainSocketChannel;
import io.fluxring.netty.RingServerDomainSocketChannel;
import io.fluxring.netty.support.Ring;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Names of Unix sockets as Netty and the JDK have them, and who the peer of such a socket is. */
class UnixNamesTest {
    @RegisterExtension
    final Ring ring = new Ring();

    @TempDir
    Path folder;

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    private Channel serve(SocketAddress name) throws InterruptedException {
        return new ServerBootstrap()
                .group(ring.group())
                .channel(RingServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                    }
                })
                .bind(name)
                .sync()
                .channel();
    }

    private Channel connect(SocketAddress name) throws InterruptedException {
        return new Bootstrap()
                .group(ring.group())
                .channel(RingDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(name)
                .sync()
                .channel();
    }

    @Test
    @Tag("N7")
    void anAbstractNameIsItsExactBytes() throws Exception {
        DomainSocketAddress name = new DomainSocketAddress("\0flux-test");
        Channel server = serve(name);
        assertThat(Files.readAllLines(Path.of("/proc/net/unix"))).anyMatch(line -> line.endsWith(" @flux-test"));
        Channel client = connect(name);
        assertThat(server.localAddress()).isEqualTo(name);
        assertThat(client.remoteAddress()).isEqualTo(name);
        assertThat(accepted.poll(20, TimeUnit.SECONDS).localAddress()).isEqualTo(name);
        await(client.close());
    }

    @Test
    @Tag("N7")
    void bothKindsOfAddressNameTheSameFile() throws Exception {
        Path file = folder.resolve("söcket");
        DomainSocketAddress nettys = new DomainSocketAddress(file.toFile());
        Channel server = serve(UnixDomainSocketAddress.of(file));
        assertThat(file).exists();
        Channel ofNettys = connect(nettys);
        Channel ofJdks = connect(UnixDomainSocketAddress.of(file));
        assertThat(server.localAddress()).isEqualTo(nettys);
        assertThat(ofNettys.remoteAddress()).isEqualTo(nettys);
        assertThat(ofJdks.remoteAddress()).isEqualTo(nettys);
        await(ofNettys.close());
        await(ofJdks.close());
    }

    /** As with Netty's other transports: a server that is started again would find its own name in use. */
    @Test
    void theFileGoesWithItsServer() throws Exception {
        Path file = folder.resolve("again");
        for (int i = 0; i < 2; i++) {
            Channel server = serve(new DomainSocketAddress(file.toFile()));
            assertThat(file).exists();
            await(server.close());
            assertThat(file).doesNotExist();
        }
        Files.createFile(file);
        assertThatThrownBy(() -> serve(new DomainSocketAddress(file.toFile()))).isInstanceOf(BindException.class);
        assertThat(file).as("what this server has not made").exists();
    }

    @Test
    @Tag("N7")
    void theEmptyNameHasTheKernelChooseOne() throws Exception {
        Channel server = serve(UnixDomainSocketAddress.of(""));
        DomainSocketAddress name = (DomainSocketAddress) server.localAddress();
        assertThat(name.path()).hasSize(6).startsWith("\0");
        Channel client = connect(name);
        assertThat(client.remoteAddress()).isEqualTo(name);
        await(client.close());
    }

    @Test
    void thePeerIsKnown() throws Exception {
        DomainSocketAddress name =
                new DomainSocketAddress("\0flux-peer-" + ProcessHandle.current().pid());
        Channel server = serve(name);
        Channel client = connect(name);
        Channel other = accepted.poll(20, TimeUnit.SECONDS);
        PeerIdentity own = new PeerIdentity((int) ProcessHandle.current().pid(), id("Uid"), id("Gid"));
        assertThat(client.config().getOption(RingChannelOption.SO_PEERCRED)).isEqualTo(own);
        assertThat(other.config().getOption(RingChannelOption.SO_PEERCRED)).isEqualTo(own);
        assertThat(other.config().getOptions()).containsEntry(RingChannelOption.SO_PEERCRED, own);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> client.config().setOption(RingChannelOption.SO_PEERCRED, own));
        await(client.close());
        await(server.close());
    }

    /** The effective one. */
    private static long id(String which) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(which + ":"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[2]))
                .findFirst()
                .orElseThrow();
    }
}
