package io.fluxring.netty.config;

import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of a UDP socket. */
public final class UdpConfig extends DatagramConfig implements DatagramChannelConfig {
    private static final OptionTable OPTIONS = OptionTable.of(
            SocketOption.RECEIVE_BUFFER,
            SocketOption.SEND_BUFFER,
            SocketOption.REUSE_ADDRESS,
            SocketOption.REUSE_PORT,
            SocketOption.BROADCAST,
            SocketOption.BUSY_POLL,
            SocketOption.TYPE_OF_SERVICE,
            SocketOption.FREE_BIND,
            SocketOption.TRANSPARENT,
            SocketOption.NO_PORT,
            SocketOption.MULTICAST_ALL,
            SocketOption.MULTICAST_TTL,
            SocketOption.MULTICAST_LOOP);

    private static final List<ChannelOption<?>> OWN = List.of(
            ACTIVE_ON_REGISTRATION,
            ChannelOption.IP_MULTICAST_ADDR,
            ChannelOption.IP_MULTICAST_IF,
            RingChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE);

    private final SocketAccess socket;
    private volatile @Nullable NetworkInterface multicastInterface;
    private volatile int maxDatagramPayloadBytes;

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public UdpConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
        this.socket = socket;
    }

    @Override
    Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        if (option == ChannelOption.IP_MULTICAST_IF) {
            return multicastInterface;
        }
        if (option == ChannelOption.IP_MULTICAST_ADDR) {
            return getInterface();
        }
        return option == RingChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE
                ? (Object) maxDatagramPayloadBytes
                : super.getOwn(option);
    }

    @Override
    boolean setOwn(ChannelOption<?> option, Object value) {
        if (option == ChannelOption.IP_MULTICAST_IF) {
            setNetworkInterface((NetworkInterface) value);
        } else if (option == ChannelOption.IP_MULTICAST_ADDR) {
            setInterface((InetAddress) value);
        } else if (option == RingChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE) {
            maxDatagramPayloadBytes = (Integer) value;
        } else {
            return super.setOwn(option, value);
        }
        return true;
    }

    @Override
    public @Nullable NetworkInterface getNetworkInterface() {
        return multicastInterface;
    }

    @Override
    public UdpConfig setNetworkInterface(NetworkInterface networkInterface) {
        MulticastCalls.setInterface(socket, networkInterface);
        multicastInterface = networkInterface;
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
