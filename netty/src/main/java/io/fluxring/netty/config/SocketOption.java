package io.fluxring.netty.config;

import io.fluxring.core.sys.Libc;
import io.fluxring.netty.RingChannelOption;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannelOption;

/** The options of sockets that Netty has names for, and what the kernel calls them. */
enum SocketOption {
    RECEIVE_BUFFER(ChannelOption.SO_RCVBUF, Libc.SOL_SOCKET, Libc.SO_RCVBUF, OptionForm.BUFFER),
    SEND_BUFFER(ChannelOption.SO_SNDBUF, Libc.SOL_SOCKET, Libc.SO_SNDBUF, OptionForm.BUFFER),
    REUSE_ADDRESS(ChannelOption.SO_REUSEADDR, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, OptionForm.FLAG),
    REUSE_PORT(UnixChannelOption.SO_REUSEPORT, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, OptionForm.FLAG),
    KEEP_ALIVE(ChannelOption.SO_KEEPALIVE, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, OptionForm.FLAG),
    LINGER(ChannelOption.SO_LINGER, Libc.SOL_SOCKET, Libc.SO_LINGER, OptionForm.LINGER),
    BROADCAST(ChannelOption.SO_BROADCAST, Libc.SOL_SOCKET, Libc.SO_BROADCAST, OptionForm.FLAG),
    BUSY_POLL(RingChannelOption.SO_BUSY_POLL, Libc.SOL_SOCKET, Libc.SO_BUSY_POLL, OptionForm.NUMBER),
    PEER(RingChannelOption.SO_PEERCRED, Libc.SOL_SOCKET, Libc.SO_PEERCRED, OptionForm.IDENTITY),

    NO_DELAY(ChannelOption.TCP_NODELAY, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, OptionForm.FLAG),
    CORK(RingChannelOption.TCP_CORK, Libc.IPPROTO_TCP, Libc.TCP_CORK, OptionForm.FLAG),
    QUICK_ACK(RingChannelOption.TCP_QUICKACK, Libc.IPPROTO_TCP, Libc.TCP_QUICKACK, OptionForm.FLAG),
    NOT_SENT_LOW_WATER(
            RingChannelOption.TCP_NOTSENT_LOWAT, Libc.IPPROTO_TCP, Libc.TCP_NOTSENT_LOWAT, OptionForm.UNSIGNED),
    KEEP_IDLE(RingChannelOption.TCP_KEEPIDLE, Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, OptionForm.NUMBER),
    KEEP_INTERVAL(RingChannelOption.TCP_KEEPINTVL, Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, OptionForm.NUMBER),
    KEEP_COUNT(RingChannelOption.TCP_KEEPCNT, Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, OptionForm.NUMBER),
    USER_TIMEOUT(RingChannelOption.TCP_USER_TIMEOUT, Libc.IPPROTO_TCP, Libc.TCP_USER_TIMEOUT, OptionForm.NUMBER),
    CONGESTION(RingChannelOption.TCP_CONGESTION, Libc.IPPROTO_TCP, Libc.TCP_CONGESTION, OptionForm.TEXT),
    DEFER_ACCEPT(RingChannelOption.TCP_DEFER_ACCEPT, Libc.IPPROTO_TCP, Libc.TCP_DEFER_ACCEPT, OptionForm.NUMBER),
    FAST_OPEN(ChannelOption.TCP_FASTOPEN, Libc.IPPROTO_TCP, Libc.TCP_FASTOPEN, OptionForm.NUMBER),
    FAST_OPEN_CONNECT(ChannelOption.TCP_FASTOPEN_CONNECT, Libc.IPPROTO_TCP, Libc.TCP_FASTOPEN_CONNECT, OptionForm.FLAG),

    TYPE_OF_SERVICE(ChannelOption.IP_TOS, Libc.IPPROTO_IP, Libc.IP_TOS, Libc.IPV6_TCLASS, OptionForm.BYTE),
    FREE_BIND(RingChannelOption.IP_FREEBIND, Libc.IPPROTO_IP, Libc.IP_FREEBIND, OptionForm.FLAG),
    TRANSPARENT(RingChannelOption.IP_TRANSPARENT, Libc.IPPROTO_IP, Libc.IP_TRANSPARENT, OptionForm.FLAG),
    NO_PORT(RingChannelOption.IP_BIND_ADDRESS_NO_PORT, Libc.IPPROTO_IP, Libc.IP_BIND_ADDRESS_NO_PORT, OptionForm.FLAG),
    MULTICAST_ALL(
            RingChannelOption.IP_MULTICAST_ALL,
            Libc.IPPROTO_IP,
            Libc.IP_MULTICAST_ALL,
            Libc.IPV6_MULTICAST_ALL,
            OptionForm.FLAG),
    MULTICAST_TTL(
            ChannelOption.IP_MULTICAST_TTL,
            Libc.IPPROTO_IP,
            Libc.IP_MULTICAST_TTL,
            Libc.IPV6_MULTICAST_HOPS,
            OptionForm.BYTE),
    /** Netty's name says that the loop is disabled, the kernel's that it is enabled. */
    MULTICAST_LOOP(
            ChannelOption.IP_MULTICAST_LOOP_DISABLED,
            Libc.IPPROTO_IP,
            Libc.IP_MULTICAST_LOOP,
            Libc.IPV6_MULTICAST_LOOP,
            OptionForm.INVERTED);

    private static final int NONE = -1;

    @SuppressWarnings("ImmutableEnumChecker") // Netty's constants do not change
    private final ChannelOption<?> option;

    private final int level;
    private final int number;
    private final int ipv6Number;
    private final OptionForm form;

    SocketOption(ChannelOption<?> option, int level, int number, OptionForm form) {
        this(option, level, number, NONE, form);
    }

    /** An option of IPv4 that is another one for IPv6: a socket of both families needs both. */
    SocketOption(ChannelOption<?> option, int level, int number, int ipv6Number, OptionForm form) {
        this.option = option;
        this.level = level;
        this.number = number;
        this.ipv6Number = ipv6Number;
        this.form = form;
    }

    ChannelOption<?> option() {
        return option;
    }

    /** The name that the kernel has for it, or one that Netty made up. */
    String text() {
        return option.name().substring(option.name().indexOf('#') + 1);
    }

    int level() {
        return level;
    }

    int number() {
        return number;
    }

    /** Whether there is such an option of IPv6. */
    boolean isOfBothFamilies() {
        return ipv6Number != NONE;
    }

    /** The number of that. */
    int ipv6Number() {
        return ipv6Number;
    }

    OptionForm form() {
        return form;
    }
}
