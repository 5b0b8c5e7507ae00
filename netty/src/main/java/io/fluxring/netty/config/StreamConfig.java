package io.fluxring.netty.config;

import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configurations of TCP and of Unix stream sockets have in common. */
public abstract class StreamConfig extends SocketConfig {
    /** Each write is copied. */
    public static final int NEVER = -1;

    private static final List<ChannelOption<?>> OWN =
            List.of(ChannelOption.ALLOW_HALF_CLOSURE, RingChannelOption.EARLY_WRITE_COMPLETION);

    /** The options of every stream socket, and one more. */
    static List<ChannelOption<?>> ownAnd(ChannelOption<?> further) {
        return List.of(ChannelOption.ALLOW_HALF_CLOSURE, RingChannelOption.EARLY_WRITE_COMPLETION, further);
    }

    private volatile boolean allowHalfClosure;
    private volatile boolean earlyWriteCompletion = true;

    StreamConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared, OptionTable table) {
        super(channel, socket, autoReadCleared, table);
    }

    /** {@return whether the channel stays open when the peer has ended its output} */
    public boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    final void allowHalfClosure(boolean allow) {
        allowHalfClosure = allow;
    }

    /** {@return the value of {@link RingChannelOption#EARLY_WRITE_COMPLETION}} */
    public final boolean isEarlyWriteCompletion() {
        return earlyWriteCompletion;
    }

    /** {@return the value of {@link RingChannelOption#WRITE_ZERO_COPY_THRESHOLD}; {@link #NEVER} where there is no such option} */
    public int zeroCopyThreshold() {
        return NEVER;
    }

    /** {@return for how many seconds a close waits for what is unsent; negative when it does not wait} */
    public abstract int getSoLinger();

    /** The close tells the peer that bytes are missing, where the socket can. */
    public void resetOnClose() {}

    @Override
    Collection<ChannelOption<?>> own() {
        return OWN;
    }

    @Override
    @Nullable
    Object getOwn(ChannelOption<?> option) {
        return option == ChannelOption.ALLOW_HALF_CLOSURE
                ? (Object) allowHalfClosure
                : option == RingChannelOption.EARLY_WRITE_COMPLETION ? earlyWriteCompletion : null;
    }

    @Override
    boolean setOwn(ChannelOption<?> option, Object value) {
        if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
            allowHalfClosure = (Boolean) value;
        } else {
            earlyWriteCompletion = (Boolean) value;
        }
        return true;
    }
}
