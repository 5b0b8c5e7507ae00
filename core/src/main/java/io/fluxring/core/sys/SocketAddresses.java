package io.fluxring.core.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6} to and from Java's addresses. */
public final class SocketAddresses {
    private SocketAddresses() {}

    /** Room for either form. */
    public static final long MAX_BYTES = 28;

    static final long FAMILY = 0;
    static final long PORT = 2;

    /** The size of an IPv4 address's form. */
    public static final long IPV4_BYTES = 16;

    static final long IPV4_ADDRESS = 4;

    static final long IPV6_BYTES = 28;
    static final long IPV6_ADDRESS = 8;
    static final long IPV6_SCOPE = 24;

    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * {@return the address family that {@link #encode} will use}
     *
     * @param address any
     */
    public static int family(InetSocketAddress address) {
        return resolved(address) instanceof Inet4Address ? Libc.AF_INET : Libc.AF_INET6;
    }

    /**
     * Writes an address in the kernel's form.
     *
     * @param address resolved
     * @param allocator where its memory comes from
     * @return the address
     * @throws IllegalArgumentException for a host name that was not resolved
     */
    public static MemorySegment encode(InetSocketAddress address, SegmentAllocator allocator) {
        InetAddress host = resolved(address);
        boolean ipv4 = host instanceof Inet4Address;
        MemorySegment encoded = allocator.allocate(ipv4 ? IPV4_BYTES : IPV6_BYTES, Integer.BYTES);
        encoded.fill((byte) 0);
        encoded.set(ValueLayout.JAVA_SHORT, FAMILY, (short) (ipv4 ? Libc.AF_INET : Libc.AF_INET6));
        encoded.set(NETWORK_SHORT, PORT, (short) address.getPort());
        byte[] bytes = host.getAddress();
        MemorySegment.copy(bytes, 0, encoded, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, bytes.length);
        if (host instanceof Inet6Address ipv6) {
            encoded.set(ValueLayout.JAVA_INT, IPV6_SCOPE, ipv6.getScopeId());
        }
        return encoded;
    }

    /**
     * Writes an address for a socket of IPv6 that is of both families: an IPv4 address in the form that IPv6 has for it ({@code
     * ::ffff:a.b.c.d}), but the wildcard as the one of IPv6, which means both.
     *
     * @param address resolved
     * @param allocator where its memory comes from
     * @return the address
     * @throws IllegalArgumentException for a host name that was not resolved
     */
    public static MemorySegment encodeForIpv6(InetSocketAddress address, SegmentAllocator allocator) {
        if (!(resolved(address) instanceof Inet4Address ipv4)) {
            return encode(address, allocator);
        }
        MemorySegment encoded = allocator.allocate(IPV6_BYTES, Integer.BYTES);
        encoded.fill((byte) 0);
        encoded.set(ValueLayout.JAVA_SHORT, FAMILY, (short) Libc.AF_INET6);
        encoded.set(NETWORK_SHORT, PORT, (short) address.getPort());
        if (!ipv4.isAnyLocalAddress()) {
            encoded.set(ValueLayout.JAVA_SHORT_UNALIGNED, IPV6_ADDRESS + 10, (short) 0xffff);
            byte[] bytes = ipv4.getAddress();
            MemorySegment.copy(bytes, 0, encoded, JAVA_BYTE, IPV6_ADDRESS + 12, bytes.length);
        }
        return encoded;
    }

    /**
     * {@return no address, by which a datagram socket is given its peer back: {@code AF_UNSPEC}}
     *
     * @param allocator where its memory comes from
     */
    public static MemorySegment unspecified(SegmentAllocator allocator) {
        MemorySegment encoded = allocator.allocate(IPV4_BYTES, Integer.BYTES);
        encoded.fill((byte) 0);
        encoded.set(ValueLayout.JAVA_SHORT, FAMILY, (short) Libc.AF_UNSPEC);
        return encoded;
    }

    /**
     * {@return whether what the kernel wrote begins an IPv6 address}
     *
     * @param encoded what the kernel wrote
     */
    public static boolean isIpv6(MemorySegment encoded) {
        return encoded.get(ValueLayout.JAVA_SHORT, FAMILY) == Libc.AF_INET6;
    }

    /**
     * Reads an address that the kernel wrote.
     *
     * @param encoded what the kernel has filled
     * @return the address
     * @throws IllegalArgumentException for a family other than IPv4 and IPv6
     */
    public static InetSocketAddress decode(MemorySegment encoded) {
        int family = encoded.get(ValueLayout.JAVA_SHORT, FAMILY);
        long offset = switch (family) {
            case Libc.AF_INET -> IPV4_ADDRESS;
            case Libc.AF_INET6 -> IPV6_ADDRESS;
            default -> throw new IllegalArgumentException("not an internet address: family " + family);
        };
        byte[] bytes = new byte[family == Libc.AF_INET ? 4 : 16];
        MemorySegment.copy(encoded, JAVA_BYTE, offset, bytes, 0, bytes.length);
        try {
            int scope = family == Libc.AF_INET6 ? encoded.get(ValueLayout.JAVA_INT, IPV6_SCOPE) : 0;
            InetAddress host = scope == 0
                    ? InetAddress.getByAddress(bytes) // an IPv4 address, too, that IPv6 carries
                    : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(host, Short.toUnsignedInt(encoded.get(NETWORK_SHORT, PORT)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an internet address", e);
        }
    }

    private static InetAddress resolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved host name: " + address.getHostString());
        }
        return address.getAddress();
    }
}
