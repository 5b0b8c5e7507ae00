package io.fluxring.benchmarks.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Netty's own echo: write on read, flush when the batch has been read. */
final class NettyEcho {

    private NettyEcho() {}

    /** Listens, and returns the address; the server ends with the process. */
    static InetSocketAddress start(Transport transport, int port) throws InterruptedException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.newGroup())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, EchoPeer.BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new EchoHandler());
        if (transport == Transport.IO_URING_BUFFERS) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, Transport.BUFFER_GROUP);
        }
        Channel channel =
                bootstrap.bind(InetAddress.getLoopbackAddress(), port).sync().channel();
        return (InetSocketAddress) channel.localAddress();
    }

    @Sharable
    private static final class EchoHandler extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            // The void promise spares one object a message.
            var _ = context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
