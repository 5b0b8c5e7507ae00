package io.fluxring.netty;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.net.Connector;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.UnixConfig;
import io.fluxring.netty.socket.UnixSockets;
import io.netty.channel.ChannelPromise;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.DomainSocketChannelConfig;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A Unix stream socket on a ring. Takes {@link DomainSocketAddress}, whose path may be an abstract name that begins with a zero
 * character, and the JDK's {@link java.net.UnixDomainSocketAddress}.
 */
public final class RingDomainSocketChannel extends AbstractRingStreamChannel implements DomainSocketChannel {
    private final UnixConfig config;

    /** A socket that is not connected. */
    public RingDomainSocketChannel() {
        this(Kernel.linux());
    }

    private RingDomainSocketChannel(Kernel kernel) {
        this(null, kernel, UnixSockets.open(kernel, Libc.SOCK_STREAM), false);
    }

    RingDomainSocketChannel(RingServerDomainSocketChannel parent, Kernel kernel, RawFd accepted) {
        this(parent, kernel, accepted, true);
    }

    private RingDomainSocketChannel(
            @Nullable RingServerDomainSocketChannel parent, Kernel kernel, RawFd file, boolean isConnected) {
        super(parent, kernel, file, isConnected);
        this.config = new UnixConfig(this, descriptor(), inbound()::clearReadPending);
    }

    @Override
    public DomainSocketChannelConfig config() {
        return config;
    }

    @Override
    UnixConfig settings() {
        return config;
    }

    @Override
    @Nullable
    SocketAddress address(boolean ofPeer) {
        return UnixSockets.address(kernel(), descriptor(), ofPeer);
    }

    @Override
    void bindDescriptor(SocketAddress address) throws IOException {
        UnixSockets.bind(kernel(), descriptor(), UnixSockets.nettys(address));
    }

    @Override
    ConnectAttempt newAttempt(SocketAddress remoteAddress, ChannelPromise promise) {
        DomainSocketAddress peer = UnixSockets.nettys(remoteAddress);
        return new ConnectAttempt(
                this,
                peer,
                promise,
                handler -> new Connector(
                        handler().loop(),
                        descriptor().file(),
                        peer,
                        memory -> UnixSockets.encode(peer, memory),
                        handler));
    }

    /** The descriptor, which the channel closes. */
    @Override
    public FileDescriptor fd() {
        return new FileDescriptor(descriptor().file().number());
    }

    @Override
    public @Nullable DomainSocketAddress localAddress() {
        return (DomainSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable DomainSocketAddress remoteAddress() {
        return (DomainSocketAddress) super.remoteAddress();
    }
}
