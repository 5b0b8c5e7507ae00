package io.fluxring.netty.config;

import io.netty.channel.ChannelOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The socket options that a kind of channel has: one table a kind, not one a channel. */
final class OptionTable {
    private final Set<SocketOption> options;
    private final Map<ChannelOption<?>, SocketOption> byOption = new HashMap<>();

    private OptionTable(Set<SocketOption> options) {
        this.options = options;
        for (SocketOption each : options) {
            byOption.put(each.option(), each);
        }
    }

    static OptionTable of(SocketOption first, SocketOption... others) {
        return new OptionTable(EnumSet.of(first, others));
    }

    /** All of them, once each. */
    Collection<SocketOption> all() {
        return options;
    }

    @Nullable
    SocketOption find(ChannelOption<?> option) {
        return byOption.get(option);
    }
}
