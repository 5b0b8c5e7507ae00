package io.fluxring.reactor.net;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.reactor.error.RingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A socket that listens, made with ordinary system calls.
 *
 * @param file belongs to the caller
 * @param address where it listens, with the port that the kernel picked
 */
record ListeningSocket(RawFd file, InetSocketAddress address) {
    private static final InetAddress IPV4_WILDCARD = wildcard(4);
    private static final InetAddress IPV6_WILDCARD = wildcard(16);

    private static InetAddress wildcard(int bytes) {
        try {
            return InetAddress.getByAddress(new byte[bytes]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for other lengths
        }
    }

    /**
     * Binds and listens. A wildcard address means both families, as it does to the JDK, unless the host has no IPv6 or {@code
     * java.net.preferIPv4Stack} is set.
     *
     * @throws RingException when the kernel refuses
     * @throws IllegalArgumentException when the address is not resolved
     */
    static ListeningSocket open(Kernel kernel, InetSocketAddress address, ListenOptions options) {
        InetSocketAddress wanted = meant(address);
        int fd = socket(kernel, wanted);
        if (fd == Errno.EAFNOSUPPORT.result() && wanted.getAddress().isAnyLocalAddress()) {
            wanted = new InetSocketAddress(IPV4_WILDCARD, address.getPort());
            fd = socket(kernel, wanted);
        }
        require("SOCKET", wanted, fd);
        try {
            return new ListeningSocket(new RawFd(fd), listen(kernel, fd, wanted, options));
        } catch (RuntimeException | Error e) {
            kernel.close(fd);
            throw e;
        }
    }

    /** Java says 0.0.0.0 for any address of any family, unless it was told to know IPv4 only. */
    private static InetSocketAddress meant(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        boolean any = host instanceof Inet4Address && host.isAnyLocalAddress();
        return any && !Boolean.getBoolean("java.net.preferIPv4Stack")
                ? new InetSocketAddress(IPV6_WILDCARD, address.getPort())
                : address;
    }

    private static int socket(Kernel kernel, InetSocketAddress address) {
        return kernel.socket(SocketAddresses.family(address), Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
    }

    private static InetSocketAddress listen(Kernel kernel, int fd, InetSocketAddress address, ListenOptions options) {
        try (Arena arena = Arena.ofConfined()) {
            if (SocketAddresses.family(address) == Libc.AF_INET6) {
                set(kernel, fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 0); // else the sysctl net.ipv6.bindv6only decides
            }
            set(kernel, fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            if (options.reusePort()) {
                set(kernel, fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
            }
            if (options.noDelay()) { // on the listener, because accepted sockets inherit it: no call for each of them
                set(kernel, fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
            }
            SocketProperties.set(kernel, fd, options.socketOptions());
            require("BIND", address, kernel.bind(fd, SocketAddresses.encode(address, arena)));
            require("LISTEN", address, kernel.listen(fd, options.backlog()));
            MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
            require("getsockname", address, kernel.socketName(fd, bound));
            return SocketAddresses.decode(bound);
        }
    }

    private static void set(Kernel kernel, int fd, int level, int name, int value) {
        int result = kernel.setSocketOption(fd, level, name, value);
        if (result < 0) {
            throw RingException.of("setsockopt", null, level + "/" + name, result, "");
        }
    }

    private static void require(String operation, InetSocketAddress address, int result) {
        if (result < 0) {
            throw RingException.of(operation, null, text(address), result, remedy(address, Errno.ofResult(result)));
        }
    }

    private static String remedy(InetSocketAddress address, Errno errno) {
        if (errno == Errno.EADDRINUSE) { // no switch: its class could not be loaded any more for want of descriptors
            return "another socket has port " + address.getPort()
                    + "; choose a port that is free (0 for any), or let all"
                    + " listeners share it (ListenOptions.withReusePort, SO_REUSEPORT)";
        }
        if (errno == Errno.EADDRNOTAVAIL) {
            return "no network interface of this machine has this address";
        }
        if (errno == Errno.EACCES) {
            return "a port below 1024 needs the capability CAP_NET_BIND_SERVICE, or a lower sysctl"
                    + " net.ipv4.ip_unprivileged_port_start";
        }
        return errno.remedy();
    }

    /** An address as it stands in logs and errors. */
    static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
