package io.fluxring.netty.reactor;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.RingDomainDatagramChannel;
import io.fluxring.netty.RingDomainSocketChannel;
import io.fluxring.netty.RingServerDomainSocketChannel;
import io.fluxring.netty.RingServerSocketChannel;
import io.fluxring.netty.RingSocketChannel;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainDatagramChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.ServerDomainSocketChannel;
import java.util.Map;
import java.util.function.Supplier;

/** The channels that Reactor Netty asks for, by the interface that it asks for. */
final class RingChannels {
    private record Made<C extends Channel>(Class<C> implementation, Supplier<C> constructor) {}

    private static final Map<Class<? extends Channel>, Made<?>> BY_TYPE = Map.of(
            DomainSocketChannel.class, new Made<>(RingDomainSocketChannel.class, RingDomainSocketChannel::new),
            ServerDomainSocketChannel.class,
                    new Made<>(RingServerDomainSocketChannel.class, RingServerDomainSocketChannel::new),
            DatagramChannel.class, new Made<>(RingDatagramChannel.class, RingDatagramChannel::new),
            DomainDatagramChannel.class, new Made<>(RingDomainDatagramChannel.class, RingDomainDatagramChannel::new),
            SocketChannel.class, new Made<>(RingSocketChannel.class, RingSocketChannel::new),
            ServerSocketChannel.class, new Made<>(RingServerSocketChannel.class, RingServerSocketChannel::new));

    private RingChannels() {}

    static <C extends Channel> C newChannel(Class<C> type) {
        return type.cast(find(type).constructor().get());
    }

    static <C extends Channel> Class<? extends C> implementation(Class<C> type) {
        return find(type).implementation().asSubclass(type);
    }

    private static Made<?> find(Class<? extends Channel> type) {
        Made<?> made = BY_TYPE.get(type);
        if (made == null) {
            throw new IllegalArgumentException("not a kind of channel that there is on a ring: " + type.getName());
        }
        return made;
    }
}
