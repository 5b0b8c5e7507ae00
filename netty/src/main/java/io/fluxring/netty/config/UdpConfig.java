package io.fluxring.netty.config;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration of a UDP socket. */
public final class UdpConfig extends SocketConfig implements DatagramChannelConfig {
    private static final Set<SocketOption> OPTIONS = EnumSet.of(
            SocketOption.RECEIVE_BUFFER,
            SocketOption.SEND_BUFFER,
            SocketOption.REUSE_ADDRESS,
            SocketOption.REUSE_PORT,
            SocketOption.BROADCAST,
            SocketOption.BUSY_POLL,
            SocketOption.TYPE_OF_SERVICE,
            SocketOption.FREE_BIND,
            SocketOption.TRANSPARENT,
            SocketOption.MULTICAST_ALL,
            SocketOption.MULTICAST_TTL,
            SocketOption.MULTICAST_LOOP);

    @SuppressWarnings("deprecation") // Netty's resolver of names sets it
    private static final ChannelOption<Boolean> ACTIVE_ON_REGISTRATION =
            ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION;

    private static final List<ChannelOption<?>> OWN = List.of(ChannelOption.IP_MULTICAST_IF, ACTIVE_ON_REGISTRATION);

    private final SocketAccess socket;
    private final boolean ipv6;
    private volatile boolean activeOnRegistration;
    private volatile @Nullable NetworkInterface multicastInterface;

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param ipv6 whether that is of both families
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public UdpConfig(Channel channel, SocketAccess socket, boolean ipv6, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
        this.socket = socket;
        this.ipv6 = ipv6;
        // As Netty's own datagram channels. The number of messages does not come by itself.
        setRecvByteBufAllocator(new FixedRecvByteBufAllocator(2048)
                .maxMessagesPerRead(channel.metadata().defaultMaxMessagesPerRead()));
    }

    /** {@return whether the channel counts as active as soon as it is registered, and may send without a bind} */
    public boolean isActiveOnRegistration() {
        return activeOnRegistration;
    }

    /** Options of multicast are two, one of each family. */
    @Override
    void set(SocketOption option, Object value) {
        super.set(option, value);
        if (ipv6 && option == SocketOption.MULTICAST_TTL) {
            setIpv6(Libc.IPV6_MULTICAST_HOPS, (Integer) value);
        } else if (ipv6 && option == SocketOption.MULTICAST_LOOP) {
            setIpv6(Libc.IPV6_MULTICAST_LOOP, (Boolean) value ? 0 : 1);
        } else if (ipv6 && option == SocketOption.TYPE_OF_SERVICE) {
            setIpv6(Libc.IPV6_TCLASS, (Integer) value);
        }
    }

    private void setIpv6(int name, int value) {
        int result = socket.call(fd -> Kernel.linux().setSocketOption(fd, Libc.IPPROTO_IPV6, name, value));
        if (result < 0) {
            throw new ChannelException("an option of IPv6 could not be set: " + result);
        }
    }

    @Override
    Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return option == ACTIVE_ON_REGISTRATION
                ? (Object) activeOnRegistration
                : option == ChannelOption.IP_MULTICAST_IF ? multicastInterface : null;
    }

    @Override
    boolean setOwn(ChannelOption<?> option, Object value) {
        if (option == ACTIVE_ON_REGISTRATION) {
            activeOnRegistration = (Boolean) value;
        } else {
            setNetworkInterface((NetworkInterface) value);
        }
        return true;
    }

    @Override
    public @Nullable NetworkInterface getNetworkInterface() {
        return multicastInterface;
    }

    @Override
    public UdpConfig setNetworkInterface(NetworkInterface networkInterface) {
        int index = networkInterface.getIndex();
        multicastInterface = networkInterface;
        if (ipv6) {
            setIpv6(Libc.IPV6_MULTICAST_IF, index);
        }
        MulticastCalls.setInterface(socket, index);
        return this;
    }

    @Override
    public @Nullable InetAddress getInterface() {
        NetworkInterface of = multicastInterface;
        return of == null ? null : of.inetAddresses().findFirst().orElse(null);
    }

    @Override
    public UdpConfig setInterface(InetAddress interfaceAddress) {
        try {
            NetworkInterface found = NetworkInterface.getByInetAddress(interfaceAddress);
            if (found == null) {
                throw new ChannelException("no interface has the address " + interfaceAddress);
            }
            return setNetworkInterface(found);
        } catch (SocketException e) {
            throw new ChannelException(e);
        }
    }

    @Override
    public boolean isLoopbackModeDisabled() {
        return flag(SocketOption.MULTICAST_LOOP);
    }

    @Override
    public UdpConfig setLoopbackModeDisabled(boolean disabled) {
        set(SocketOption.MULTICAST_LOOP, disabled);
        return this;
    }

    @Override
    public int getTimeToLive() {
        return number(SocketOption.MULTICAST_TTL);
    }

    @Override
    public UdpConfig setTimeToLive(int ttl) {
        set(SocketOption.MULTICAST_TTL, ttl);
        return this;
    }

    @Override
    public int getSendBufferSize() {
        return number(SocketOption.SEND_BUFFER);
    }

    @Override
    public UdpConfig setSendBufferSize(int value) {
        set(SocketOption.SEND_BUFFER, value);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return number(SocketOption.RECEIVE_BUFFER);
    }

    @Override
    public UdpConfig setReceiveBufferSize(int value) {
        set(SocketOption.RECEIVE_BUFFER, value);
        return this;
    }

    @Override
    public int getTrafficClass() {
        return number(SocketOption.TYPE_OF_SERVICE);
    }

    @Override
    public UdpConfig setTrafficClass(int value) {
        set(SocketOption.TYPE_OF_SERVICE, value);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return flag(SocketOption.REUSE_ADDRESS);
    }

    @Override
    public UdpConfig setReuseAddress(boolean value) {
        set(SocketOption.REUSE_ADDRESS, value);
        return this;
    }

    @Override
    public boolean isBroadcast() {
        return flag(SocketOption.BROADCAST);
    }

    @Override
    public UdpConfig setBroadcast(boolean value) {
        set(SocketOption.BROADCAST, value);
        return this;
    }

    @Override
    public UdpConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @Deprecated
    public UdpConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public UdpConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public UdpConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public UdpConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public UdpConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public UdpConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    public UdpConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }

    @Override
    public UdpConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }
}
