package io.fluxring.reactor.net;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.core.net.TcpOption;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.call.SocketCalls;
import io.fluxring.reactor.error.RingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A socket's addresses and options, by ordinary system calls. Each address is asked for once. Any thread: two that ask at the same
 * time get equal answers.
 */
final class SocketProperties {
    private volatile @Nullable InetSocketAddress local;
    private volatile @Nullable InetSocketAddress remote;

    private interface Query {
        int ask(SocketCalls kernel, int fd, MemorySegment address);
    }

    InetSocketAddress local(StreamSocket socket) {
        InetSocketAddress known = local;
        if (known == null) {
            known = ask("getsockname", socket, SocketCalls::socketName);
            local = known;
        }
        return known;
    }

    InetSocketAddress remote(StreamSocket socket) {
        InetSocketAddress known = remote;
        if (known == null) {
            known = ask("getpeername", socket, SocketProperties::peerName);
            remote = known;
        }
        return known;
    }

    /** As an option, because {@code getpeername(2)} does not know a peer any more that has reset the connection. */
    private static int peerName(SocketCalls kernel, int fd, MemorySegment address) {
        MemorySegment ipv4 = address.asSlice(0, SocketAddresses.IPV4_BYTES);
        int result = kernel.getSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_PEERNAME, ipv4);
        boolean cut = result >= 0 && SocketAddresses.isIpv6(address); // the room must not be larger than the address
        return cut ? kernel.getSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_PEERNAME, address) : result;
    }

    private static InetSocketAddress ask(String what, StreamSocket socket, Query query) {
        InetSocketAddress[] answer = new InetSocketAddress[1];
        int result = socket.call(fd -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment address = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
                int asked = query.ask(socket.loop().kernel(), fd, address);
                if (asked >= 0) {
                    answer[0] = SocketAddresses.decode(address);
                }
                return asked;
            }
        });
        if (result < 0) {
            throw SocketFailure.of(what, socket.file(), result);
        }
        return answer[0];
    }

    // ---- options

    /**
     * A copy of options that a socket can have, each with a value that it can have.
     *
     * @throws UnsupportedOperationException when a TCP socket has no such option here
     * @throws IllegalArgumentException when a value can't be one
     */
    static Map<SocketOption<?>, Object> checked(Map<SocketOption<?>, Object> options) {
        options.forEach((option, value) -> TcpOption.of(option).check(value));
        return Map.copyOf(options);
    }

    /** Sets options of a socket that no other code knows yet. */
    static void set(Kernel kernel, int fd, Map<SocketOption<?>, Object> options) {
        options.forEach((option, value) -> {
            TcpOption known = TcpOption.of(option);
            int result = known.set(kernel, fd, value);
            if (result < 0) {
                throw RingException.of("SETSOCKOPT " + known, new RawFd(fd), result);
            }
        });
    }

    static <T> void set(StreamSocket socket, SocketOption<T> option, T value) {
        TcpOption known = TcpOption.of(option);
        known.check(value);
        int result = socket.call(fd -> known.set(socket.loop().kernel(), fd, value));
        if (result < 0) {
            throw SocketFailure.of("SETSOCKOPT " + known, socket.file(), result);
        }
    }

    static <T> T get(StreamSocket socket, SocketOption<T> option) {
        TcpOption known = TcpOption.of(option);
        Object[] value = new Object[1];
        int result = socket.call(fd -> known.get(socket.loop().kernel(), fd, value));
        if (result < 0) {
            throw SocketFailure.of("GETSOCKOPT " + known, socket.file(), result);
        }
        return option.type().cast(value[0]);
    }
}
