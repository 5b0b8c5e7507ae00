package io.fluxring.netty;

import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.MulticastCalls;
import io.fluxring.netty.config.MulticastCalls.Action;
import io.fluxring.netty.config.UdpConfig;
import io.fluxring.netty.socket.InternetSockets;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.internal.StringUtil;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket on a ring. Its messages are {@link DatagramPacket}s, envelopes with an address, or bare buffers when it is connected.
 */
public final class RingDatagramChannel extends AbstractRingDatagramChannel implements DatagramChannel {
    private final boolean ipv6;
    private final UdpConfig config;

    /** A socket for IPv6 and IPv4, that is neither bound nor connected. */
    public RingDatagramChannel() {
        this(Kernel.linux(), InternetSockets.hasIpv6ByDefault());
    }

    /**
     * A socket of a family.
     *
     * @param family {@link SocketProtocolFamily#INET} for IPv4 alone, {@link SocketProtocolFamily#INET6} for both, null for the
     *     default
     * @throws IllegalArgumentException for a family without UDP
     */
    public RingDatagramChannel(@Nullable SocketProtocolFamily family) {
        this(Kernel.linux(), isIpv6(family));
    }

    private static boolean isIpv6(@Nullable SocketProtocolFamily family) {
        if (family == SocketProtocolFamily.UNIX) {
            throw new IllegalArgumentException("not a family of UDP: " + family);
        }
        return family == null ? InternetSockets.hasIpv6ByDefault() : family == SocketProtocolFamily.INET6;
    }

    private RingDatagramChannel(Kernel kernel, boolean ipv6) {
        super(kernel, InternetSockets.datagram(kernel, ipv6));
        this.ipv6 = ipv6;
        this.config = new UdpConfig(this, descriptor(), this::clearReadPending);
    }

    @Override
    public DatagramChannelConfig config() {
        return config;
    }

    @Override
    UdpConfig settings() {
        return config;
    }

    // ---- addresses

    @Override
    boolean isUnix() {
        return false;
    }

    @Override
    MemorySegment encode(SocketAddress address, SegmentAllocator allocator) {
        return InternetSockets.encode(InternetSockets.resolved(address), ipv6, allocator);
    }

    @Override
    SocketAddress sender(MemorySegment name) {
        return SocketAddresses.decode(name);
    }

    @Override
    @Nullable
    SocketAddress address(boolean ofPeer) {
        InetSocketAddress address = InternetSockets.address(kernel(), descriptor(), ofPeer);
        return address == null || address.getPort() == 0 ? null : address; // without a port it is not bound
    }

    /** A port that the kernel has chosen goes with the peer, and the others who know it would send to no one. */
    @Override
    @Nullable
    SocketAddress toBindAgain(@Nullable SocketAddress before) {
        InetSocketAddress now = InternetSockets.address(kernel(), descriptor(), false);
        return now != null && now.getPort() == 0 && before instanceof InetSocketAddress bound
                ? new InetSocketAddress(now.getAddress(), bound.getPort())
                : null;
    }

    @Override
    MemorySegment nobody(SegmentAllocator allocator) {
        return SocketAddresses.unspecified(allocator);
    }

    @Override
    Object packet(ByteBuf content, @Nullable SocketAddress from, @Nullable SocketAddress to) {
        return new DatagramPacket(content, (InetSocketAddress) to, (InetSocketAddress) from);
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof DatagramPacket packet && packet.recipient().isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        Object sent = DatagramOutbound.toSend(message, this);
        if (sent == null) {
            throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message)
                    + " (expected: DatagramPacket, AddressedEnvelope<ByteBuf, InetSocketAddress>, ByteBuf)");
        }
        return sent;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return (InetSocketAddress) super.remoteAddress();
    }

    // ---- multicast

    @Override
    public ChannelFuture joinGroup(InetAddress multicastAddress) {
        return joinGroup(multicastAddress, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(InetAddress multicastAddress, ChannelPromise promise) {
        return apply(Action.JOIN, multicastAddress, config.getNetworkInterface(), null, promise);
    }

    @Override
    public ChannelFuture joinGroup(InetSocketAddress multicastAddress, NetworkInterface networkInterface) {
        return joinGroup(multicastAddress, networkInterface, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(
            InetSocketAddress multicastAddress, NetworkInterface networkInterface, ChannelPromise promise) {
        return apply(Action.JOIN, multicastAddress.getAddress(), networkInterface, null, promise);
    }

    @Override
    public ChannelFuture joinGroup(
            InetAddress multicastAddress, NetworkInterface networkInterface, @Nullable InetAddress source) {
        return joinGroup(multicastAddress, networkInterface, source, newPromise());
    }

    @Override
    public ChannelFuture joinGroup(
            InetAddress multicastAddress,
            NetworkInterface networkInterface,
            @Nullable InetAddress source,
            ChannelPromise promise) {
        return apply(Action.JOIN, multicastAddress, networkInterface, source, promise);
    }

    @Override
    public ChannelFuture leaveGroup(InetAddress multicastAddress) {
        return leaveGroup(multicastAddress, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(InetAddress multicastAddress, ChannelPromise promise) {
        return apply(Action.LEAVE, multicastAddress, config.getNetworkInterface(), null, promise);
    }

    @Override
    public ChannelFuture leaveGroup(InetSocketAddress multicastAddress, NetworkInterface networkInterface) {
        return leaveGroup(multicastAddress, networkInterface, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(
            InetSocketAddress multicastAddress, NetworkInterface networkInterface, ChannelPromise promise) {
        return apply(Action.LEAVE, multicastAddress.getAddress(), networkInterface, null, promise);
    }

    @Override
    public ChannelFuture leaveGroup(
            InetAddress multicastAddress, NetworkInterface networkInterface, @Nullable InetAddress source) {
        return leaveGroup(multicastAddress, networkInterface, source, newPromise());
    }

    @Override
    public ChannelFuture leaveGroup(
            InetAddress multicastAddress,
            NetworkInterface networkInterface,
            @Nullable InetAddress source,
            ChannelPromise promise) {
        return apply(Action.LEAVE, multicastAddress, networkInterface, source, promise);
    }

    @Override
    public ChannelFuture block(
            InetAddress multicastAddress, NetworkInterface networkInterface, InetAddress sourceToBlock) {
        return block(multicastAddress, networkInterface, sourceToBlock, newPromise());
    }

    @Override
    public ChannelFuture block(
            InetAddress multicastAddress,
            NetworkInterface networkInterface,
            InetAddress sourceToBlock,
            ChannelPromise promise) {
        return apply(Action.BLOCK, multicastAddress, networkInterface, sourceToBlock, promise);
    }

    @Override
    public ChannelFuture block(InetAddress multicastAddress, InetAddress sourceToBlock) {
        return block(multicastAddress, sourceToBlock, newPromise());
    }

    @Override
    public ChannelFuture block(InetAddress multicastAddress, InetAddress sourceToBlock, ChannelPromise promise) {
        return apply(Action.BLOCK, multicastAddress, config.getNetworkInterface(), sourceToBlock, promise);
    }

    private ChannelFuture apply(
            Action action,
            InetAddress group,
            @Nullable NetworkInterface networkInterface,
            @Nullable InetAddress source,
            ChannelPromise promise) {
        int index = networkInterface == null ? 0 : networkInterface.getIndex();
        int result = MulticastCalls.apply(descriptor(), action, group, index, source);
        return result < 0 ? promise.setFailure(SocketExceptions.of("setsockopt", result)) : promise.setSuccess();
    }
}
