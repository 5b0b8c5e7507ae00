package io.fluxring.netty;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.net.Connector;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.TcpConfig;
import io.fluxring.netty.socket.InternetSockets;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A TCP socket on a ring. */
public final class RingSocketChannel extends AbstractRingStreamChannel implements SocketChannel {
    private final TcpConfig config;

    /** A socket that is not connected, for IPv6 and IPv4. */
    public RingSocketChannel() {
        this(Kernel.linux());
    }

    private RingSocketChannel(Kernel kernel) {
        this(null, kernel, InternetSockets.stream(kernel), false);
    }

    RingSocketChannel(RingServerSocketChannel parent, Kernel kernel, RawFd accepted) {
        this(parent, kernel, accepted, true);
    }

    private RingSocketChannel(
            @Nullable RingServerSocketChannel parent, Kernel kernel, RawFd file, boolean isConnected) {
        super(parent, kernel, file, isConnected);
        this.config = new TcpConfig(this, descriptor(), inbound()::clearReadPending);
        if (!isConnected) {
            // As Netty's other transports. What is accepted has it from the listening socket.
            config.setTcpNoDelay(true);
        }
    }

    @Override
    public SocketChannelConfig config() {
        return config;
    }

    @Override
    TcpConfig settings() {
        return config;
    }

    @Override
    @Nullable
    SocketAddress address(boolean ofPeer) {
        return InternetSockets.address(kernel(), descriptor(), ofPeer);
    }

    @Override
    void bindDescriptor(SocketAddress address) throws IOException {
        InternetSockets.bind(kernel(), descriptor(), InternetSockets.resolved(address));
    }

    @Override
    ConnectAttempt newAttempt(SocketAddress remoteAddress, ChannelPromise promise) {
        InetSocketAddress peer = InternetSockets.resolved(remoteAddress);
        return new ConnectAttempt(
                this,
                peer,
                promise,
                handler -> new Connector(
                        handler().loop(),
                        descriptor().file(),
                        peer,
                        memory -> InternetSockets.encode(peer, memory),
                        handler));
    }

    @Override
    public @Nullable ServerSocketChannel parent() {
        return (ServerSocketChannel) super.parent();
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return (InetSocketAddress) super.remoteAddress();
    }
}
