package io.fluxring.netty.testsuite;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingServerSocketChannel;
import io.fluxring.netty.RingSocketChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketTestPermutation;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;

/** Which transports meet in a test of Netty's suite: ours with itself and with the JDK's, on either side. */
final class RingPermutation extends SocketTestPermutation {
    static final RingPermutation INSTANCE = new RingPermutation();

    private final EventLoopGroup ring = new MultiThreadIoEventLoopGroup(
            NUM_THREADS, new DefaultThreadFactory("testsuite-ring", true), RingIoHandler.newFactory());

    private RingPermutation() {}

    EventLoopGroup ring() {
        return ring;
    }

    @Override
    public List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> socket() {
        List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> all =
                new ArrayList<>(combo(serverSocket(), clientSocket()));
        all.removeLast(); // the JDK's with itself
        return all;
    }

    @Override
    public List<BootstrapFactory<ServerBootstrap>> serverSocket() {
        return List.of(
                () -> new ServerBootstrap().group(ring).channel(RingServerSocketChannel.class),
                () -> new ServerBootstrap().group(NIO_GROUP).channel(NioServerSocketChannel.class));
    }

    @Override
    public List<BootstrapFactory<Bootstrap>> clientSocket() {
        return List.of(
                () -> new Bootstrap().group(ring).channel(RingSocketChannel.class),
                () -> new Bootstrap().group(NIO_GROUP).channel(NioSocketChannel.class));
    }

    @Override
    public List<BootstrapComboFactory<Bootstrap, Bootstrap>> datagram(SocketProtocolFamily family) {
        BootstrapFactory<Bootstrap> ours =
                () -> new Bootstrap().group(ring).channelFactory(new ChannelFactory<Channel>() {
                    @Override
                    public Channel newChannel() {
                        return new RingDatagramChannel(family);
                    }
                });
        BootstrapFactory<Bootstrap> jdks =
                () -> new Bootstrap().group(NIO_GROUP).channelFactory(new ChannelFactory<Channel>() {
                    @Override
                    public Channel newChannel() {
                        return new NioDatagramChannel(family);
                    }
                });
        List<BootstrapComboFactory<Bootstrap, Bootstrap>> all =
                new ArrayList<>(combo(List.of(ours, jdks), List.of(ours, jdks)));
        all.removeLast(); // the JDK's with itself
        return all;
    }
}
