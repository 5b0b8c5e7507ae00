package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.NetUtil;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configurations of listening sockets have in common. */
public abstract class ServerConfig extends SocketConfig {
    private static final List<ChannelOption<?>> OWN = List.of(ChannelOption.SO_BACKLOG);

    private volatile int backlog = NetUtil.SOMAXCONN;

    ServerConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared, OptionTable table) {
        super(channel, socket, autoReadCleared, table);
    }

    /** {@return how many connections may wait to be accepted} */
    public final int getBacklog() {
        return backlog;
    }

    final void backlog(int newBacklog) {
        if (newBacklog < 0) {
            throw new IllegalArgumentException("a backlog can't be negative: " + newBacklog);
        }
        backlog = newBacklog;
    }

    @Override
    final Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    final @Nullable Object getOwn(ChannelOption<?> option) {
        return option == ChannelOption.SO_BACKLOG ? backlog : null;
    }

    @Override
    final boolean setOwn(ChannelOption<?> option, Object value) {
        backlog((Integer) value);
        return true;
    }
}
