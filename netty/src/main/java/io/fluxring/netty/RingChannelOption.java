package io.fluxring.netty;

import io.netty.channel.ChannelOption;

/**
 * Options of this transport's channels beyond those of {@link ChannelOption}. The socket's options among them have the names that
 * {@code tcp(7)}, {@code ip(7)}, {@code udp(7)} and {@code socket(7)} give them.
 */
public final class RingChannelOption {
    /**
     * Whether the promise of a small write completes when its bytes were copied for the kernel, which is when they are flushed, and
     * not when the kernel has taken them. True unless set. Pipelined responses, of which the next one waits for the last one's
     * promise, go out together then. What is copied is sent when the channel closes, too; when it can't be, the channel is closed
     * with the cause.
     */
    public static final ChannelOption<Boolean> EARLY_WRITE_COMPLETION = of("EARLY_WRITE_COMPLETION");

    /** {@code TCP_CORK}: small packets wait until there is a full one. */
    public static final ChannelOption<Boolean> TCP_CORK = of("TCP_CORK");

    /** {@code TCP_QUICKACK}: the next acknowledgements are sent at once; the kernel falls back by itself. */
    public static final ChannelOption<Boolean> TCP_QUICKACK = of("TCP_QUICKACK");

    /** {@code TCP_NOTSENT_LOWAT}: unsent bytes from which on the socket counts as not writable. */
    public static final ChannelOption<Integer> TCP_NOTSENT_LOWAT = of("TCP_NOTSENT_LOWAT");

    /** {@code TCP_KEEPIDLE}: seconds of silence before a peer is probed. */
    public static final ChannelOption<Integer> TCP_KEEPIDLE = of("TCP_KEEPIDLE");

    /** {@code TCP_KEEPINTVL}: seconds between two probes. */
    public static final ChannelOption<Integer> TCP_KEEPINTVL = of("TCP_KEEPINTVL");

    /** {@code TCP_KEEPCNT}: how many probes without an answer mean that the peer has gone. */
    public static final ChannelOption<Integer> TCP_KEEPCNT = of("TCP_KEEPCNT");

    /** {@code TCP_USER_TIMEOUT}: milliseconds for which sent bytes may stay without an acknowledgement. */
    public static final ChannelOption<Integer> TCP_USER_TIMEOUT = of("TCP_USER_TIMEOUT");

    /** {@code TCP_DEFER_ACCEPT}: seconds for which an accept waits for the first bytes. */
    public static final ChannelOption<Integer> TCP_DEFER_ACCEPT = of("TCP_DEFER_ACCEPT");

    /** {@code SO_BUSY_POLL}: microseconds for which a receive polls the device. */
    public static final ChannelOption<Integer> SO_BUSY_POLL = of("SO_BUSY_POLL");

    /** {@code IP_FREEBIND}: binds addresses that no interface has yet. */
    public static final ChannelOption<Boolean> IP_FREEBIND = of("IP_FREEBIND");

    /** {@code IP_TRANSPARENT}: binds addresses of other hosts; needs a privilege. */
    public static final ChannelOption<Boolean> IP_TRANSPARENT = of("IP_TRANSPARENT");

    /** {@code IP_BIND_ADDRESS_NO_PORT}: chooses the port as late as the connect. */
    public static final ChannelOption<Boolean> IP_BIND_ADDRESS_NO_PORT = of("IP_BIND_ADDRESS_NO_PORT");

    /** {@code IP_MULTICAST_ALL}: messages of every group that any socket of the host has joined are delivered. */
    public static final ChannelOption<Boolean> IP_MULTICAST_ALL = of("IP_MULTICAST_ALL");

    private RingChannelOption() {}

    private static <T> ChannelOption<T> of(String name) {
        return ChannelOption.valueOf(RingChannelOption.class, name);
    }
}
