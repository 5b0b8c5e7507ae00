package io.fluxring.netty;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.TcpServerConfig;
import io.fluxring.netty.socket.InternetSockets;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannelConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listening TCP socket on a ring. It makes {@link RingSocketChannel}s. */
public final class RingServerSocketChannel extends AbstractRingServerChannel implements ServerSocketChannel {
    private final TcpServerConfig config;

    /** A socket that is not bound, for IPv6 and IPv4. */
    public RingServerSocketChannel() {
        this(Kernel.linux());
    }

    private RingServerSocketChannel(Kernel kernel) {
        super(kernel, InternetSockets.stream(kernel));
        this.config = new TcpServerConfig(this, descriptor(), this::clearReadPending);
    }

    @Override
    public ServerSocketChannelConfig config() {
        return config;
    }

    @Override
    TcpServerConfig settings() {
        return config;
    }

    @Override
    void bindDescriptor(SocketAddress address) throws IOException {
        InternetSockets.bind(kernel(), descriptor(), InternetSockets.resolved(address));
    }

    @Override
    @Nullable
    InetSocketAddress address() {
        return InternetSockets.address(kernel(), descriptor(), false);
    }

    @Override
    RingSocketChannel newChild(RawFd accepted) {
        return new RingSocketChannel(this, kernel(), accepted);
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return null;
    }
}
