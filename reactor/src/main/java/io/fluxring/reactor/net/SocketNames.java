package io.fluxring.reactor.net;

import io.fluxring.core.net.StreamSocket;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.SocketCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection's two addresses, each asked of the kernel once. Any thread: two that ask at the same time get equal ones. */
final class SocketNames {
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
            known = ask("getpeername", socket, SocketNames::peerName);
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
}
