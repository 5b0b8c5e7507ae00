package io.fluxring.netty.config;

import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A channel's configuration: Netty's own options, and those of its socket. */
public abstract class SocketConfig extends DefaultChannelConfig {
    private final SocketOptions sockets;
    private final Runnable autoReadCleared;

    SocketConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared, Collection<SocketOption> options) {
        super(channel);
        this.sockets = new SocketOptions(Kernel.linux(), socket, options);
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

    final Object get(SocketOption option) {
        return sockets.get(option);
    }

    final boolean flag(SocketOption option) {
        return (Boolean) sockets.get(option);
    }

    final int number(SocketOption option) {
        return (Integer) sockets.get(option);
    }

    void set(SocketOption option, Object value) {
        sockets.set(option, value);
    }

    /** An option of this transport's own; null when it is none of this channel's. */
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return null;
    }

    /** Sets an option of this transport's own; false when it is none of this channel's. */
    boolean setOwn(ChannelOption<?> option, Object value) {
        return false;
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
        sockets.names().forEach(option -> all.put(option, sockets.get(Objects.requireNonNull(sockets.find(option)))));
        return all;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // a value has its option's type
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        SocketOption ofSocket = sockets.find(option);
        if (ofSocket != null) {
            return (T) sockets.get(ofSocket);
        }
        Object ofTransport = getOwn(option);
        return ofTransport != null ? (T) ofTransport : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        SocketOption ofSocket = sockets.find(option);
        if (ofSocket == null && !own().contains(option)) {
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
