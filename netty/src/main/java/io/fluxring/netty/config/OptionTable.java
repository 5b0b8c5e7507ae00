package io.fluxring.netty.config;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The socket options that a kind of channel has, found by each name that programs know them by: Netty's, those of its other
 * transports, and the JDK's. One table a kind of channel, not one a channel.
 */
final class OptionTable {
    /** The classes that have constants of their own for what has one name in the kernel. */
    private static final String[] OTHER_TRANSPORTS = {
        "io.netty.channel.epoll.EpollChannelOption#", "io.netty.channel.uring.IoUringChannelOption#"
    };

    private final Set<SocketOption> options;
    private final Map<ChannelOption<?>, SocketOption> byOption = new HashMap<>();
    private final Map<String, SocketOption> byJdkName = new HashMap<>();

    private OptionTable(Set<SocketOption> options) {
        this.options = options;
        for (SocketOption each : options) {
            byOption.put(each.option(), each);
            for (String prefix : OTHER_TRANSPORTS) {
                byOption.put(ChannelOption.valueOf(prefix + each.text()), each);
            }
            byJdkName.put(jdkName(each), each);
        }
    }

    static OptionTable of(SocketOption first, SocketOption... others) {
        return new OptionTable(EnumSet.of(first, others));
    }

    private static String jdkName(SocketOption option) {
        return switch (option) {
            case KEEP_INTERVAL -> "TCP_KEEPINTERVAL";
            case KEEP_COUNT -> "TCP_KEEPCOUNT";
            default -> option.text();
        };
    }

    /** All of them, once each. */
    Collection<SocketOption> all() {
        return options;
    }

    @Nullable
    SocketOption find(ChannelOption<?> option) {
        SocketOption found = byOption.get(option);
        return found == null && option instanceof NioChannelOption<?> ? byJdkName.get(option.name()) : found;
    }
}
