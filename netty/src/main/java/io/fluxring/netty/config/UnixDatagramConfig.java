package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainDatagramChannelConfig;

/** The configuration of a Unix datagram socket. */
public final class UnixDatagramConfig extends DatagramConfig implements DomainDatagramChannelConfig {
    private static final OptionTable OPTIONS = OptionTable.of(SocketOption.RECEIVE_BUFFER, SocketOption.SEND_BUFFER);

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public UnixDatagramConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
    }

    @Override
    public int getSendBufferSize() {
        return number(SocketOption.SEND_BUFFER);
    }

    @Override
    public UnixDatagramConfig setSendBufferSize(int value) {
        set(SocketOption.SEND_BUFFER, value);
        return this;
    }

    @Override
    public UnixDatagramConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @Deprecated
    public UnixDatagramConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }

    @Override
    public UnixDatagramConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }
}
