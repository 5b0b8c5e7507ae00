package io.fluxring.netty.config;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.SocketCalls;
import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.GenericUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Sets and gets the options of a socket. Any thread. What the kernel refuses is a {@link ChannelException} that names the option, the
 * value and the errno; a closed channel is one whose cause is a {@link ClosedChannelException}.
 */
final class SocketOptions {
    private final SocketCalls kernel;
    private final SocketAccess socket;

    SocketOptions(SocketCalls kernel, SocketAccess socket) {
        this.kernel = kernel;
        this.socket = socket;
    }

    // ---- options of the table

    void set(SocketOption option, Object value) {
        option.form().check(option.text(), value);
        require(option.text(), value, put(option.level(), option.number(), option.form(), value));
        if (option.isOfBothFamilies()) {
            int result = put(Libc.IPPROTO_IPV6, option.ipv6Number(), option.form(), value);
            if (result != Errno.ENOPROTOOPT.result()) { // as on a socket of IPv4 alone
                require(option.text(), value, result);
            }
        }
    }

    private int put(int level, int number, OptionForm form, Object value) {
        if (form.isInt()) {
            int bits = form.bits(value);
            return socket.call(fd -> kernel.setSocketOption(fd, level, number, bits));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = form.encode(value, arena);
            return socket.call(fd -> kernel.setSocketOption(fd, level, number, encoded));
        }
    }

    /** An option's value; null for a peer that there is not. */
    @Nullable
    Object get(SocketOption option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(OptionForm.MAX_BYTES, Integer.BYTES);
            int lengthBytes = read(option, place);
            require(option.text(), null, lengthBytes);
            return option.form().decode(place, lengthBytes);
        }
    }

    /** The same, and null as well where the kernel was built without the option. */
    @Nullable
    Object getIfKnown(SocketOption option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(OptionForm.MAX_BYTES, Integer.BYTES);
            int lengthBytes = read(option, place);
            if (lengthBytes == Errno.ENOPROTOOPT.result() || lengthBytes == Errno.EOPNOTSUPP.result()) {
                return null;
            }
            require(option.text(), null, lengthBytes);
            return option.form().decode(place, lengthBytes);
        }
    }

    private int read(SocketOption option, MemorySegment place) {
        return socket.call(fd -> kernel.getSocketOption(fd, option.level(), option.number(), place));
    }

    // ---- options that the program knows the numbers of

    /** The value's position stays: it is set on every channel of a bootstrap. */
    void set(GenericUnixChannelOption<?> option, Object value) {
        int level = option.level();
        int number = option.optname();
        int result;
        if (value instanceof ByteBuffer bytes) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment encoded = arena.allocate(bytes.remaining(), Long.BYTES);
                encoded.copyFrom(MemorySegment.ofBuffer(bytes));
                result = socket.call(fd -> kernel.setSocketOption(fd, level, number, encoded));
            }
        } else {
            int bits = (Integer) value;
            result = socket.call(fd -> kernel.setSocketOption(fd, level, number, bits));
        }
        require(option.name(), value, result);
    }

    Object get(GenericUnixChannelOption<?> option) {
        int roomBytes = option instanceof RawUnixChannelOption raw ? raw.length() : Integer.BYTES;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(roomBytes, Long.BYTES);
            int lengthBytes = socket.call(fd -> kernel.getSocketOption(fd, option.level(), option.optname(), place));
            require(option.name(), null, lengthBytes);
            return option instanceof RawUnixChannelOption
                    ? ByteBuffer.wrap(
                            place.asSlice(0, Math.min(lengthBytes, roomBytes)).toArray(ValueLayout.JAVA_BYTE))
                    : (Object) place.get(ValueLayout.JAVA_INT, 0);
        }
    }

    // ---- what becomes of a refusal

    /** Throws for a negated errno. */
    static void require(String option, @Nullable Object value, int result) {
        if (result == Errno.ECANCELED.result()) {
            throw new ChannelException(option + ": the channel is closed", new ClosedChannelException());
        }
        if (result < 0) {
            throw new ChannelException(option + (value == null ? "" : " = " + value) + ": " + Errno.describe(result));
        }
    }
}
