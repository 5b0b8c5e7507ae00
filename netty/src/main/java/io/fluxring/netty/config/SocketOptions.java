package io.fluxring.netty.config;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.SocketCalls;
import io.fluxring.core.sys.layout.LingerLayout;
import io.fluxring.netty.config.SocketOption.Form;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets and gets the options of a socket. Any thread. */
final class SocketOptions {
    private final SocketCalls kernel;
    private final SocketAccess socket;
    private final Map<ChannelOption<?>, SocketOption> byOption = new LinkedHashMap<>();

    SocketOptions(SocketCalls kernel, SocketAccess socket, Collection<SocketOption> options) {
        this.kernel = kernel;
        this.socket = socket;
        options.forEach(each -> byOption.put(each.option(), each));
    }

    Collection<ChannelOption<?>> names() {
        return byOption.keySet();
    }

    @Nullable
    SocketOption find(ChannelOption<?> option) {
        return byOption.get(option);
    }

    /**
     * Sets an option.
     *
     * @throws ChannelException when the kernel refuses, or the channel is closed
     */
    void set(SocketOption option, Object value) {
        int result;
        if (option.form() == Form.LINGER) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment linger = arena.allocate(LingerLayout.BYTES, Integer.BYTES);
                LingerLayout.put(linger, (Integer) value);
                result = socket.call(fd -> kernel.setSocketOption(fd, option.level(), option.number(), linger));
            }
        } else {
            int bits = bits(option.form(), value);
            result = socket.call(fd -> kernel.setSocketOption(fd, option.level(), option.number(), bits));
        }
        require(option, value, result);
    }

    private static int bits(Form form, Object value) {
        return switch (value) {
            case Boolean flag -> flag == (form == Form.INVERTED) ? 0 : 1;
            case Integer number -> number;
            default -> throw new IllegalArgumentException("neither a Boolean nor an Integer: " + value);
        };
    }

    /**
     * {@return an option's value}
     *
     * @throws ChannelException when the kernel refuses, or the channel is closed
     */
    Object get(SocketOption option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(LingerLayout.BYTES, Integer.BYTES);
            require(
                    option,
                    null,
                    socket.call(fd -> Math.min(0, kernel.getSocketOption(fd, option.level(), option.number(), place))));
            int bits = place.get(ValueLayout.JAVA_INT, 0);
            return switch (option.form()) {
                case FLAG -> bits != 0;
                case INVERTED -> bits == 0;
                case NUMBER -> bits;
                case BUFFER -> bits / 2;
                case LINGER -> bits == 0 ? -1 : place.get(ValueLayout.JAVA_INT, LingerLayout.SECONDS);
            };
        }
    }

    private static void require(SocketOption option, @Nullable Object value, int result) {
        if (result == Errno.ECANCELED.result()) {
            throw new ChannelException(option.option() + ": the channel is closed", new ClosedChannelException());
        }
        if (result < 0) {
            throw new ChannelException(
                    option.option() + (value == null ? "" : " = " + value) + ": " + Errno.describe(result));
        }
    }
}
