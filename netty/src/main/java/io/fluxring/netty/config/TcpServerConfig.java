package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannelConfig;

/** The configuration of a listening TCP socket. */
public final class TcpServerConfig extends ServerConfig implements ServerSocketChannelConfig {
    private static final OptionTable OPTIONS = OptionTable.of(
            SocketOption.RECEIVE_BUFFER,
            SocketOption.REUSE_ADDRESS,
            SocketOption.REUSE_PORT,
            SocketOption.BUSY_POLL,
            SocketOption.CONGESTION,
            SocketOption.DEFER_ACCEPT,
            SocketOption.FAST_OPEN,
            SocketOption.FREE_BIND,
            SocketOption.TRANSPARENT);

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public TcpServerConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
        set(SocketOption.NO_DELAY, true); // the default of connections, which inherit it: no call for each of them
    }

    @Override
    public TcpServerConfig setBacklog(int backlog) {
        backlog(backlog);
        return this;
    }

    /** Does nothing: the kernel has no such preferences. */
    @Override
    public TcpServerConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return number(SocketOption.RECEIVE_BUFFER);
    }

    @Override
    public TcpServerConfig setReceiveBufferSize(int value) {
        set(SocketOption.RECEIVE_BUFFER, value);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return flag(SocketOption.REUSE_ADDRESS);
    }

    @Override
    public TcpServerConfig setReuseAddress(boolean value) {
        set(SocketOption.REUSE_ADDRESS, value);
        return this;
    }

    @Override
    public TcpServerConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @Deprecated
    public TcpServerConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public TcpServerConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public TcpServerConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public TcpServerConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public TcpServerConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public TcpServerConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    public TcpServerConfig setWriteBufferHighWaterMark(int value) {
        super.setWriteBufferHighWaterMark(value);
        return this;
    }

    @Override
    public TcpServerConfig setWriteBufferLowWaterMark(int value) {
        super.setWriteBufferLowWaterMark(value);
        return this;
    }

    @Override
    public TcpServerConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }

    @Override
    public TcpServerConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }
}
