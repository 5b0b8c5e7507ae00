package io.fluxring.netty.socket;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.UnixAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Unix sockets, whose addresses may be Netty's or the JDK's. */
public final class UnixSockets {
    private UnixSockets() {}

    public static RawFd open(Kernel kernel, int type) {
        int fd = kernel.socket(Libc.AF_UNIX, type | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new ChannelException("a socket could not be opened", SocketExceptions.of("socket", fd));
        }
        return new RawFd(fd);
    }

    /** The address in Netty's form. */
    public static DomainSocketAddress nettys(SocketAddress address) {
        return switch (address) {
            case DomainSocketAddress unix -> unix;
            case UnixDomainSocketAddress unix ->
                new DomainSocketAddress(unix.getPath().toString());
            default -> throw new UnsupportedAddressTypeException();
        };
    }

    /** Whether a name is that of a file: it is none without a name, and none in the abstract namespace. */
    public static boolean isPath(String name) {
        return !name.isEmpty() && name.charAt(0) != 0;
    }

    public static MemorySegment encode(DomainSocketAddress address, SegmentAllocator allocator) {
        return UnixAddresses.encode(address.path().getBytes(StandardCharsets.UTF_8), allocator);
    }

    public static DomainSocketAddress decode(MemorySegment encoded, int lengthBytes) {
        return new DomainSocketAddress(new String(UnixAddresses.decode(encoded, lengthBytes), StandardCharsets.UTF_8));
    }

    public static void bind(Kernel kernel, SocketAccess socket, DomainSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = encode(address, arena);
            int result = socket.call(fd -> kernel.bind(fd, encoded));
            if (result == Errno.ECANCELED.result()) {
                throw new ClosedChannelException();
            }
            if (result < 0) {
                throw SocketExceptions.of("bind", result);
            }
        }
    }

    /** The address of a socket's own side, or of its peer; null when it has none. */
    public static @Nullable DomainSocketAddress address(Kernel kernel, SocketAccess socket, boolean ofPeer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = arena.allocate(UnixAddresses.MAX_BYTES, Short.BYTES);
            int result = socket.call(fd -> ofPeer ? kernel.peerName(fd, encoded) : kernel.socketName(fd, encoded));
            return result < 0 ? null : decode(encoded, result);
        }
    }
}
