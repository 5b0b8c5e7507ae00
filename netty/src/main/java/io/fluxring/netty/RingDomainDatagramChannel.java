package io.fluxring.netty;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.UnixDatagramConfig;
import io.fluxring.netty.socket.UnixSockets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramChannelConfig;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.internal.StringUtil;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A Unix datagram socket on a ring. Its messages are {@link DomainDatagramPacket}s, or bare buffers when it is connected. */
public final class RingDomainDatagramChannel extends AbstractRingDatagramChannel implements DomainDatagramChannel {
    private final UnixDatagramConfig config;

    /** A socket that is neither bound nor connected. */
    public RingDomainDatagramChannel() {
        this(Kernel.linux());
    }

    private RingDomainDatagramChannel(Kernel kernel) {
        super(kernel, UnixSockets.open(kernel, Libc.SOCK_DGRAM));
        this.config = new UnixDatagramConfig(this, descriptor(), this::clearReadPending);
    }

    @Override
    public DomainDatagramChannelConfig config() {
        return config;
    }

    @Override
    UnixDatagramConfig settings() {
        return config;
    }

    @Override
    boolean isUnix() {
        return true;
    }

    @Override
    MemorySegment encode(SocketAddress address, SegmentAllocator allocator) {
        return UnixSockets.encode(UnixSockets.nettys(address), allocator);
    }

    @Override
    SocketAddress sender(MemorySegment name) {
        return UnixSockets.decode(name, (int) name.byteSize());
    }

    @Override
    @Nullable
    SocketAddress address(boolean ofPeer) {
        return UnixSockets.address(kernel(), descriptor(), ofPeer);
    }

    @Override
    MemorySegment nobody(SegmentAllocator allocator) {
        return SocketAddresses.unspecified(allocator);
    }

    @Override
    Object packet(ByteBuf content, @Nullable SocketAddress from, @Nullable SocketAddress to) {
        return new DomainDatagramPacket(content, (DomainSocketAddress) to, (DomainSocketAddress) from);
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        Object sent = DatagramOutbound.toSend(message, this);
        if (sent == null) {
            throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message)
                    + " (expected: DomainDatagramPacket, AddressedEnvelope<ByteBuf, SocketAddress>, ByteBuf)");
        }
        return sent;
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
