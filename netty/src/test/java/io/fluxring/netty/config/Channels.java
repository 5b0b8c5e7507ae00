package io.fluxring.netty.config;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.RingDomainDatagramChannel;
import io.fluxring.netty.RingDomainSocketChannel;
import io.fluxring.netty.RingServerDomainSocketChannel;
import io.fluxring.netty.RingServerSocketChannel;
import io.fluxring.netty.RingSocketChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.socket.SocketProtocolFamily;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A channel of each kind, with a socket but without a loop. */
enum Channels {
    TCP(RingSocketChannel::new),
    TCP_SERVER(RingServerSocketChannel::new),
    UDP(RingDatagramChannel::new),
    UDP_OF_IPV4(() -> new RingDatagramChannel(SocketProtocolFamily.INET)),
    UNIX(RingDomainSocketChannel::new),
    UNIX_SERVER(RingServerDomainSocketChannel::new),
    UNIX_DATAGRAM(RingDomainDatagramChannel::new);

    @SuppressWarnings("ImmutableEnumChecker") // constructors
    private final Supplier<Channel> made;

    Channels(Supplier<Channel> made) {
        this.made = made;
    }

    /** Uses the configuration of a new channel, and closes that. */
    void with(Consumer<ChannelConfig> use) {
        Channel channel = made.get();
        try {
            use.accept(channel.config());
        } finally {
            channel.unsafe().closeForcibly();
        }
    }

    /** The configuration of a channel that is closed. */
    ChannelConfig closed() {
        Channel channel = made.get();
        channel.unsafe().closeForcibly();
        return channel.config();
    }
}
