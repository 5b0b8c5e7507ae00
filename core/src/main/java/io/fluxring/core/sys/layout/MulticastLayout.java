package io.fluxring.core.sys.layout;

/**
 * Multicast groups in the options that join and leave them, {@code struct group_req} and {@code struct group_source_req}, and the
 * interface that IPv4's multicast leaves by, {@code struct ip_mreqn}. The addresses are socket addresses of either family.
 */
public final class MulticastLayout {
    private MulticastLayout() {}

    /** The size in bytes of a request about a group. */
    public static final long GROUP_BYTES = 136;
    /** The size in bytes of a request about what one source sends to a group. */
    public static final long GROUP_SOURCE_BYTES = 264;
    /** An int: the interface's index; 0 has the kernel choose one. */
    public static final long INTERFACE = 0;
    /** The group's address. */
    public static final long GROUP = 8;
    /** The source's address. */
    public static final long SOURCE = 136;

    /** The size in bytes of an interface of IPv4. */
    public static final long IPV4_INTERFACE_BYTES = 12;
    /** An int: its index. */
    public static final long IPV4_INTERFACE_INDEX = 8;
}
