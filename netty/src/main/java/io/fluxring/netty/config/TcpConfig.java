package io.fluxring.netty.config;

import io.fluxring.core.sys.Libc;
import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannelConfig;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of a connected TCP socket. */
public final class TcpConfig extends StreamConfig implements SocketChannelConfig {
    private static final OptionTable OPTIONS = OptionTable.of(
            SocketOption.RECEIVE_BUFFER,
            SocketOption.SEND_BUFFER,
            SocketOption.REUSE_ADDRESS,
            SocketOption.REUSE_PORT,
            SocketOption.KEEP_ALIVE,
            SocketOption.LINGER,
            SocketOption.BUSY_POLL,
            SocketOption.NO_DELAY,
            SocketOption.CORK,
            SocketOption.QUICK_ACK,
            SocketOption.NOT_SENT_LOW_WATER,
            SocketOption.KEEP_IDLE,
            SocketOption.KEEP_INTERVAL,
            SocketOption.KEEP_COUNT,
            SocketOption.USER_TIMEOUT,
            SocketOption.CONGESTION,
            SocketOption.FAST_OPEN_CONNECT,
            SocketOption.TYPE_OF_SERVICE,
            SocketOption.FREE_BIND,
            SocketOption.TRANSPARENT,
            SocketOption.NO_PORT);

    /** That of Netty's own transport on io_uring means the same. */
    private static final List<ChannelOption<Integer>> ZERO_COPY = List.of(
            RingChannelOption.WRITE_ZERO_COPY_THRESHOLD,
            ChannelOption.valueOf("io.netty.channel.uring.IoUringChannelOption#IO_URING_WRITE_ZERO_COPY_THRESHOLD"));

    private static final List<ChannelOption<?>> OWN = ownAnd(RingChannelOption.WRITE_ZERO_COPY_THRESHOLD);

    private volatile int lingerSeconds = -1;
    private volatile int zeroCopyThreshold = NEVER;

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public TcpConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
    }

    @Override
    public TcpConfig setAllowHalfClosure(boolean value) {
        allowHalfClosure(value);
        return this;
    }

    /** Without a call to the kernel: it is asked at every close. */
    @Override
    public int getSoLinger() {
        return lingerSeconds;
    }

    @Override
    public void resetOnClose() {
        set(SocketOption.LINGER, 0);
    }

    @Override
    public TcpConfig setSoLinger(int seconds) {
        set(SocketOption.LINGER, seconds);
        return this;
    }

    @Override
    void changed(int level, int number) {
        if (level == Libc.SOL_SOCKET && number == Libc.SO_LINGER) {
            lingerSeconds = number(SocketOption.LINGER);
        }
    }

    @Override
    public int zeroCopyThreshold() {
        return zeroCopyThreshold;
    }

    @Override
    Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    boolean hasOwn(ChannelOption<?> option) {
        return ZERO_COPY.contains(option) || super.hasOwn(option);
    }

    @Override
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return ZERO_COPY.contains(option) ? (Object) zeroCopyThreshold : super.getOwn(option);
    }

    @Override
    boolean setOwn(ChannelOption<?> option, Object value) {
        if (!ZERO_COPY.contains(option)) {
            return super.setOwn(option, value);
        }
        int threshold = (Integer) value;
        if (threshold < NEVER) {
            throw new IllegalArgumentException(option + " must be 0 or more, or -1 for never: " + threshold);
        }
        zeroCopyThreshold = threshold;
        return true;
    }

    /** Does nothing: the kernel has no such preferences. */
    @Override
    public TcpConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    public boolean isTcpNoDelay() {
        return flag(SocketOption.NO_DELAY);
    }

    @Override
    public TcpConfig setTcpNoDelay(boolean value) {
        set(SocketOption.NO_DELAY, value);
        return this;
    }

    @Override
    public int getSendBufferSize() {
        return number(SocketOption.SEND_BUFFER);
    }

    @Override
    public TcpConfig setSendBufferSize(int value) {
        set(SocketOption.SEND_BUFFER, value);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return number(SocketOption.RECEIVE_BUFFER);
    }

    @Override
    public TcpConfig setReceiveBufferSize(int value) {
        set(SocketOption.RECEIVE_BUFFER, value);
        return this;
    }

    @Override
    public boolean isKeepAlive() {
        return flag(SocketOption.KEEP_ALIVE);
    }

    @Override
    public TcpConfig setKeepAlive(boolean value) {
        set(SocketOption.KEEP_ALIVE, value);
        return this;
    }

    @Override
    public int getTrafficClass() {
        return number(SocketOption.TYPE_OF_SERVICE);
    }

    @Override
    public TcpConfig setTrafficClass(int value) {
        set(SocketOption.TYPE_OF_SERVICE, value);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return flag(SocketOption.REUSE_ADDRESS);
    }

    @Override
    public TcpConfig setReuseAddress(boolean value) {
        set(SocketOption.REUSE_ADDRESS, value);
        return this;
    }

    @Override
    public TcpConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @Deprecated
    public TcpConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public TcpConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public TcpConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public TcpConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public TcpConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public TcpConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    public TcpConfig setWriteBufferHighWaterMark(int value) {
        super.setWriteBufferHighWaterMark(value);
        return this;
    }

    @Override
    public TcpConfig setWriteBufferLowWaterMark(int value) {
        super.setWriteBufferLowWaterMark(value);
        return this;
    }

    @Override
    public TcpConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }

    @Override
    public TcpConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }
}
