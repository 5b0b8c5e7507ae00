package io.fluxring.benchmarks.peers;

import io.netty.channel.ChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.net.InetSocketAddress;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/** Reactor Netty's echo: what is received is what is sent. */
final class ReactorNettyEcho {

    private ReactorNettyEcho() {}

    /** Listens, and returns the address; the server ends with the process. */
    static InetSocketAddress start(Transport transport, int port) {
        TcpServer server = TcpServer.create()
                .host("127.0.0.1")
                .port(port)
                .runOn(transport.newGroup())
                .option(ChannelOption.SO_BACKLOG, EchoPeer.BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handle((in, out) -> out.send(in.receive().retain()));
        if (transport == Transport.IO_URING_BUFFERS) {
            server = server.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, Transport.BUFFER_GROUP);
        }
        DisposableServer bound = server.bindNow();
        return (InetSocketAddress) bound.address();
    }
}
