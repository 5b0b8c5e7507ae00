package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.unix.GenericUnixChannelOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A channel's configuration: Netty's own options, and those of its socket. */
public abstract class SocketConfig extends DefaultChannelConfig {
    private final OptionTable table;
    private final SocketOptions sockets;
    private final Runnable autoReadCleared;

    SocketConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared, OptionTable table) {
        super(channel);
        this.table = table;
        this.sockets = new SocketOptions(socket.kernel(), socket);
        this.autoReadCleared = autoReadCleared;
    }

    @Override
    protected final void autoReadCleared() {
        if (channel.isRegistered() && !channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(this::clearReadPending);
        } else {
            autoReadCleared.run();
        }
    }

    private void clearReadPending() {
        if (!isAutoRead()) {
            autoReadCleared.run();
        }
    }

    final boolean flag(SocketOption option) {
        return (Boolean) Objects.requireNonNull(sockets.get(option));
    }

    final int number(SocketOption option) {
        return (Integer) Objects.requireNonNull(sockets.get(option));
    }

    final void set(SocketOption option, Object value) {
        sockets.set(option, value);
        changed(option.level(), option.number());
    }

    /** An option of the socket was set, by any of its names: what is remembered of it holds no more. */
    void changed(int level, int number) {}

    /** An option of this transport's own; null when it is none of this channel's. */
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return null;
    }

    /** Sets an option of this transport's own; false when it is none of this channel's. */
    boolean setOwn(ChannelOption<?> option, Object value) {
        return false;
    }

    /** Whether {@link #setOwn} takes an option, by this name or another. */
    boolean hasOwn(ChannelOption<?> option) {
        return own().contains(option);
    }

    /** The options that {@link #getOwn} knows. */
    Collection<ChannelOption<?>> own() {
        return List.of();
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        Map<ChannelOption<?>, Object> all = new LinkedHashMap<>(super.getOptions());
        own().forEach(option -> {
            Object value = getOwn(option);
            if (value != null) {
                all.put(option, value);
            }
        });
        for (SocketOption each : table.all()) {
            Object value = sockets.getIfKnown(each);
            if (value != null) {
                all.put(each.option(), value);
            }
        }
        return all;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // a value has its option's type
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        if (option instanceof GenericUnixChannelOption<?> generic) {
            return (T) sockets.get(generic);
        }
        SocketOption ofSocket = table.find(option);
        if (ofSocket != null) {
            return (T) sockets.get(ofSocket);
        }
        Object ofTransport = getOwn(option);
        return ofTransport != null ? (T) ofTransport : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (option instanceof GenericUnixChannelOption<?> generic) {
            validate(option, value);
            sockets.set(generic, value);
            changed(generic.level(), generic.optname());
            return true;
        }
        SocketOption ofSocket = table.find(option);
        if (ofSocket == null && !hasOwn(option)) {
            return super.setOption(option, value);
        }
        validate(option, value);
        if (ofSocket != null) {
            set(ofSocket, value);
            return true;
        }
        return setOwn(option, value);
    }
}
