package io.fluxring.netty.config;

import io.fluxring.core.sys.Libc;
import io.fluxring.netty.RingChannelOption;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannelOption;

/** The options of sockets that Netty has names for, and what the kernel calls them. */
enum SocketOption {
    RECEIVE_BUFFER(ChannelOption.SO_RCVBUF, Libc.SOL_SOCKET, Libc.SO_RCVBUF, Form.BUFFER),
    SEND_BUFFER(ChannelOption.SO_SNDBUF, Libc.SOL_SOCKET, Libc.SO_SNDBUF, Form.BUFFER),
    REUSE_ADDRESS(ChannelOption.SO_REUSEADDR, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, Form.FLAG),
    REUSE_PORT(UnixChannelOption.SO_REUSEPORT, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, Form.FLAG),
    KEEP_ALIVE(ChannelOption.SO_KEEPALIVE, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, Form.FLAG),
    LINGER(ChannelOption.SO_LINGER, Libc.SOL_SOCKET, Libc.SO_LINGER, Form.LINGER),
    BROADCAST(ChannelOption.SO_BROADCAST, Libc.SOL_SOCKET, Libc.SO_BROADCAST, Form.FLAG),
    BUSY_POLL(RingChannelOption.SO_BUSY_POLL, Libc.SOL_SOCKET, Libc.SO_BUSY_POLL, Form.NUMBER),

    NO_DELAY(ChannelOption.TCP_NODELAY, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, Form.FLAG),
    CORK(RingChannelOption.TCP_CORK, Libc.IPPROTO_TCP, Libc.TCP_CORK, Form.FLAG),
    QUICK_ACK(RingChannelOption.TCP_QUICKACK, Libc.IPPROTO_TCP, Libc.TCP_QUICKACK, Form.FLAG),
    NOT_SENT_LOW_WATER(RingChannelOption.TCP_NOTSENT_LOWAT, Libc.IPPROTO_TCP, Libc.TCP_NOTSENT_LOWAT, Form.NUMBER),
    KEEP_IDLE(RingChannelOption.TCP_KEEPIDLE, Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, Form.NUMBER),
    KEEP_INTERVAL(RingChannelOption.TCP_KEEPINTVL, Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, Form.NUMBER),
    KEEP_COUNT(RingChannelOption.TCP_KEEPCNT, Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, Form.NUMBER),
    USER_TIMEOUT(RingChannelOption.TCP_USER_TIMEOUT, Libc.IPPROTO_TCP, Libc.TCP_USER_TIMEOUT, Form.NUMBER),
    DEFER_ACCEPT(RingChannelOption.TCP_DEFER_ACCEPT, Libc.IPPROTO_TCP, Libc.TCP_DEFER_ACCEPT, Form.NUMBER),
    FAST_OPEN(ChannelOption.TCP_FASTOPEN, Libc.IPPROTO_TCP, Libc.TCP_FASTOPEN, Form.NUMBER),
    FAST_OPEN_CONNECT(ChannelOption.TCP_FASTOPEN_CONNECT, Libc.IPPROTO_TCP, Libc.TCP_FASTOPEN_CONNECT, Form.FLAG),

    TYPE_OF_SERVICE(ChannelOption.IP_TOS, Libc.IPPROTO_IP, Libc.IP_TOS, Form.NUMBER),
    FREE_BIND(RingChannelOption.IP_FREEBIND, Libc.IPPROTO_IP, Libc.IP_FREEBIND, Form.FLAG),
    TRANSPARENT(RingChannelOption.IP_TRANSPARENT, Libc.IPPROTO_IP, Libc.IP_TRANSPARENT, Form.FLAG),
    NO_PORT(RingChannelOption.IP_BIND_ADDRESS_NO_PORT, Libc.IPPROTO_IP, Libc.IP_BIND_ADDRESS_NO_PORT, Form.FLAG),
    MULTICAST_ALL(RingChannelOption.IP_MULTICAST_ALL, Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, Form.FLAG),
    MULTICAST_TTL(ChannelOption.IP_MULTICAST_TTL, Libc.IPPROTO_IP, Libc.IP_MULTICAST_TTL, Form.NUMBER),
    /** Netty's name says that the loop is disabled, the kernel's that it is enabled. */
    MULTICAST_LOOP(ChannelOption.IP_MULTICAST_LOOP_DISABLED, Libc.IPPROTO_IP, Libc.IP_MULTICAST_LOOP, Form.INVERTED);

    /** How the kernel's number is seen in Java. */
    enum Form {
        FLAG,
        INVERTED,
        NUMBER,
        /** The kernel doubles what it is given, for its own needs, and reports that. */
        BUFFER,
        LINGER
    }

    @SuppressWarnings("ImmutableEnumChecker") // Netty's constants do not change
    private final ChannelOption<?> option;

    private final int level;
    private final int number;
    private final Form form;

    SocketOption(ChannelOption<?> option, int level, int number, Form form) {
        this.option = option;
        this.level = level;
        this.number = number;
        this.form = form;
    }

    ChannelOption<?> option() {
        return option;
    }

    int level() {
        return level;
    }

    int number() {
        return number;
    }

    Form form() {
        return form;
    }
}
