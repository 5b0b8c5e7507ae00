package io.fluxring.netty.socket;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Sockets of IPv4 and IPv6. As with the JDK's own, one socket is of both families, unless the host has no IPv6 or {@code
 * java.net.preferIPv4Stack} is set.
 */
public final class InternetSockets {
    private static final boolean IPV6 = hasIpv6();

    private InternetSockets() {}

    private static boolean hasIpv6() {
        if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
            return false;
        }
        Kernel kernel = Kernel.linux();
        int fd = kernel.socket(Libc.AF_INET6, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (fd >= 0) {
            kernel.close(fd);
        }
        return fd != Errno.EAFNOSUPPORT.result();
    }

    /** A stream socket that is not connected. */
    public static RawFd stream(Kernel kernel) {
        return open(kernel, Libc.SOCK_STREAM, IPV6);
    }

    /** Whether sockets are of both families unless something else is asked for. */
    public static boolean hasIpv6ByDefault() {
        return IPV6;
    }

    /** A datagram socket, of both families or of IPv4 alone. */
    public static RawFd datagram(Kernel kernel, boolean ipv6) {
        return open(kernel, Libc.SOCK_DGRAM, ipv6);
    }

    private static RawFd open(Kernel kernel, int type, boolean ipv6) {
        int fd = kernel.socket(ipv6 ? Libc.AF_INET6 : Libc.AF_INET, type | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new ChannelException("a socket could not be opened", SocketExceptions.of("socket", fd));
        }
        if (ipv6) {
            kernel.setSocketOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 0); // else a sysctl decides
        }
        return new RawFd(fd);
    }

    /** The address, if it is one that can be used. */
    public static InetSocketAddress resolved(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (internet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        return internet;
    }

    /** The form that a socket takes which is of both families unless there is no IPv6. */
    public static MemorySegment encode(InetSocketAddress address, SegmentAllocator allocator) {
        return encode(address, IPV6, allocator);
    }

    /** The form that a socket of both families takes, or one of IPv4. */
    public static MemorySegment encode(InetSocketAddress address, boolean ipv6, SegmentAllocator allocator) {
        return ipv6 ? SocketAddresses.encodeForIpv6(address, allocator) : SocketAddresses.encode(address, allocator);
    }

    public static void bind(Kernel kernel, SocketAccess socket, InetSocketAddress address) throws IOException {
        bind(kernel, socket, address, IPV6);
    }

    public static void bind(Kernel kernel, SocketAccess socket, InetSocketAddress address, boolean ipv6)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = encode(address, ipv6, arena);
            int result = socket.call(fd -> kernel.bind(fd, encoded));
            if (result == Errno.ECANCELED.result()) {
                throw new ClosedChannelException();
            }
            if (result < 0) {
                throw SocketExceptions.of("bind", result);
            }
        }
    }

    /** The address of a socket's own side, or of its peer; null when there is none. */
    public static @Nullable InetSocketAddress address(Kernel kernel, SocketAccess socket, boolean ofPeer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
            int result = socket.call(fd -> ofPeer ? kernel.peerName(fd, encoded) : kernel.socketName(fd, encoded));
            return result < 0 ? null : SocketAddresses.decode(encoded);
        }
    }
}
