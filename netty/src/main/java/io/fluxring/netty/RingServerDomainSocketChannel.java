package io.fluxring.netty;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.UnixServerConfig;
import io.fluxring.netty.socket.UnixSockets;
import io.netty.channel.ChannelConfig;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.ServerDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A listening Unix stream socket on a ring. It makes {@link RingDomainSocketChannel}s. The file that a path names is deleted when
 * the channel closes, as by Netty's other transports, so that the next server finds the path free.
 */
public final class RingServerDomainSocketChannel extends AbstractRingServerChannel
        implements ServerDomainSocketChannel {
    private static final System.Logger LOG = System.getLogger(RingServerDomainSocketChannel.class.getName());

    private final UnixServerConfig config;

    /** A socket that is not bound. */
    public RingServerDomainSocketChannel() {
        this(Kernel.linux());
    }

    private RingServerDomainSocketChannel(Kernel kernel) {
        super(kernel, UnixSockets.open(kernel, Libc.SOCK_STREAM));
        this.config = new UnixServerConfig(this, descriptor(), this::clearReadPending);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    UnixServerConfig settings() {
        return config;
    }

    @Override
    void bindDescriptor(SocketAddress address) throws IOException {
        UnixSockets.bind(kernel(), descriptor(), UnixSockets.nettys(address));
    }

    @Override
    @Nullable
    DomainSocketAddress address() {
        return UnixSockets.address(kernel(), descriptor(), false);
    }

    @Override
    RingDomainSocketChannel newChild(RawFd accepted) {
        return new RingDomainSocketChannel(this, kernel(), accepted);
    }

    @Override
    void unbound(SocketAddress address) {
        String path = ((DomainSocketAddress) address).path();
        if (UnixSockets.isPath(path)) {
            try {
                Files.deleteIfExists(Path.of(path));
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the file of a closed socket stays: " + path, e);
            }
        }
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
        return null;
    }
}
