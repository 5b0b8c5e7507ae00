package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketChannelConfig;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.UnixChannelOption;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of a connected Unix socket. */
public final class UnixConfig extends StreamConfig implements DomainSocketChannelConfig {
    private static final OptionTable OPTIONS =
            OptionTable.of(SocketOption.RECEIVE_BUFFER, SocketOption.SEND_BUFFER, SocketOption.PEER);

    private static final List<ChannelOption<?>> OWN = ownAnd(UnixChannelOption.DOMAIN_SOCKET_READ_MODE);

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public UnixConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
    }

    /** A close of a Unix socket does not wait. */
    @Override
    public int getSoLinger() {
        return -1;
    }

    @Override
    public DomainSocketReadMode getReadMode() {
        return DomainSocketReadMode.BYTES;
    }

    /** Takes bytes alone: descriptors are not received. */
    @Override
    public UnixConfig setReadMode(DomainSocketReadMode mode) {
        if (mode != DomainSocketReadMode.BYTES) {
            throw new UnsupportedOperationException("descriptors are not received: " + mode);
        }
        return this;
    }

    @Override
    Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return option == UnixChannelOption.DOMAIN_SOCKET_READ_MODE ? getReadMode() : super.getOwn(option);
    }

    @Override
    boolean setOwn(ChannelOption<?> option, Object value) {
        if (option == UnixChannelOption.DOMAIN_SOCKET_READ_MODE) {
            setReadMode((DomainSocketReadMode) value);
            return true;
        }
        return super.setOwn(option, value);
    }

    @Override
    public UnixConfig setConnectTimeoutMillis(int value) {
        super.setConnectTimeoutMillis(value);
        return this;
    }

    @Override
    @Deprecated
    public UnixConfig setMaxMessagesPerRead(int value) {
        super.setMaxMessagesPerRead(value);
        return this;
    }

    @Override
    public UnixConfig setWriteSpinCount(int value) {
        super.setWriteSpinCount(value);
        return this;
    }

    @Override
    public UnixConfig setAllocator(ByteBufAllocator value) {
        super.setAllocator(value);
        return this;
    }

    @Override
    public UnixConfig setRecvByteBufAllocator(RecvByteBufAllocator value) {
        super.setRecvByteBufAllocator(value);
        return this;
    }

    @Override
    public UnixConfig setAutoRead(boolean value) {
        super.setAutoRead(value);
        return this;
    }

    @Override
    public UnixConfig setAutoClose(boolean value) {
        super.setAutoClose(value);
        return this;
    }

    @Override
    @Deprecated
    public UnixConfig setWriteBufferHighWaterMark(int value) {
        super.setWriteBufferHighWaterMark(value);
        return this;
    }

    @Override
    @Deprecated
    public UnixConfig setWriteBufferLowWaterMark(int value) {
        super.setWriteBufferLowWaterMark(value);
        return this;
    }

    @Override
    public UnixConfig setWriteBufferWaterMark(WriteBufferWaterMark value) {
        super.setWriteBufferWaterMark(value);
        return this;
    }

    @Override
    public UnixConfig setMessageSizeEstimator(MessageSizeEstimator value) {
        super.setMessageSizeEstimator(value);
        return this;
    }
}
