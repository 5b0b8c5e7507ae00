package io.fluxring.netty.config;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.layout.MulticastLayout;
import io.fluxring.netty.socket.SocketAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/** Membership in multicast groups, by the options that are the same for both families ({@code struct group_req} and its likes). */
public final class MulticastCalls {
    /** What is done about a group. */
    public enum Action {
        /** Takes part in a group, or in what one source sends to it. */
        JOIN(Libc.MCAST_JOIN_GROUP, Libc.MCAST_JOIN_SOURCE_GROUP),
        /** Ends that. */
        LEAVE(Libc.MCAST_LEAVE_GROUP, Libc.MCAST_LEAVE_SOURCE_GROUP),
        /** Takes no more from one source. */
        BLOCK(-1, Libc.MCAST_BLOCK_SOURCE);

        private final int ofGroup;
        private final int ofSource;

        Action(int ofGroup, int ofSource) {
            this.ofGroup = ofGroup;
            this.ofSource = ofSource;
        }
    }

    private MulticastCalls() {}

    /**
     * Does something about a group.
     *
     * @param socket the socket
     * @param action what
     * @param group the group
     * @param interfaceIndex where, 0 to have the kernel choose
     * @param source of one source alone; null for the whole group
     * @return 0, or a negated errno
     */
    public static int apply(
            SocketAccess socket, Action action, InetAddress group, int interfaceIndex, @Nullable InetAddress source) {
        int level = group instanceof Inet4Address ? Libc.IPPROTO_IP : Libc.IPPROTO_IPV6;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(
                    source == null ? MulticastLayout.GROUP_BYTES : MulticastLayout.GROUP_SOURCE_BYTES, Long.BYTES);
            request.set(ValueLayout.JAVA_INT, MulticastLayout.INTERFACE, interfaceIndex);
            put(request, MulticastLayout.GROUP, group, arena);
            if (source != null) {
                put(request, MulticastLayout.SOURCE, source, arena);
            }
            int name = source == null ? action.ofGroup : action.ofSource;
            return socket.call(fd -> socket.kernel().setSocketOption(fd, level, name, request));
        }
    }

    private static void put(MemorySegment request, long offset, InetAddress address, Arena arena) {
        MemorySegment encoded = SocketAddresses.encode(new InetSocketAddress(address, 0), arena);
        MemorySegment.copy(encoded, 0, request, offset, encoded.byteSize());
    }

    /** Sets the interface that multicast leaves by, of both families where the socket is. */
    static void setInterface(SocketAccess socket, NetworkInterface networkInterface) {
        int index = networkInterface.getIndex();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(MulticastLayout.IPV4_INTERFACE_BYTES, Integer.BYTES);
            request.set(ValueLayout.JAVA_INT, MulticastLayout.IPV4_INTERFACE_INDEX, index);
            SocketOptions.require(
                    "IP_MULTICAST_IF",
                    networkInterface,
                    socket.call(
                            fd -> socket.kernel().setSocketOption(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_IF, request)));
        }
        int result = socket.call(
                fd -> socket.kernel().setSocketOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_IF, index));
        if (result != Errno.ENOPROTOOPT.result()) { // as on a socket of IPv4 alone
            SocketOptions.require("IPV6_MULTICAST_IF", networkInterface, result);
        }
    }
}
