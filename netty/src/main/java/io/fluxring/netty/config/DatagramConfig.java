package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configurations of UDP and of Unix datagram sockets have in common. */
public abstract class DatagramConfig extends SocketConfig {
    @SuppressWarnings("deprecation") // Netty's resolver of names sets it
    static final ChannelOption<Boolean> ACTIVE_ON_REGISTRATION = ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION;

    private static final List<ChannelOption<?>> OWN = List.of(ACTIVE_ON_REGISTRATION);

    private volatile boolean activeOnRegistration;

    DatagramConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared, OptionTable table) {
        super(channel, socket, autoReadCleared, table);
        // As Netty's own datagram channels. The number of messages does not come by itself.
        setRecvByteBufAllocator(new FixedRecvByteBufAllocator(2048)
                .maxMessagesPerRead(channel.metadata().defaultMaxMessagesPerRead()));
    }

    /** {@return whether the channel counts as active as soon as it is registered, and may send without a bind} */
    public final boolean isActiveOnRegistration() {
        return activeOnRegistration;
    }

    @Override
    Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return option == ACTIVE_ON_REGISTRATION ? activeOnRegistration : null;
    }

    @Override
    boolean setOwn(ChannelOption<?> option, Object value) {
        activeOnRegistration = (Boolean) value;
        return true;
    }
}
