package io.fluxring.netty;

import io.netty.channel.ChannelOption;

/**
 * Options of this transport's channels beyond those of {@link ChannelOption}. The socket's options among them have the names that
 * {@code tcp(7)}, {@code ip(7)}, {@code udp(7)} and {@code socket(7)} give them.
 *
 * <p>A program that sets its options by the constants of Netty's other transports need not be changed: those of {@code
 * EpollChannelOption} and {@code IoUringChannelOption} that have a name of the ones here mean the same, and so do the JDK's by {@link
 * io.netty.channel.socket.nio.NioChannelOption}. Any other option of a socket is set by {@link
 * io.netty.channel.unix.IntegerUnixChannelOption} or {@link io.netty.channel.unix.RawUnixChannelOption}.
 *
 * <p>Other transports do not know most constants of this class, and log a warning for each channel. A program that runs on them
 * where no ring can be had takes the ones of the transport that it falls back to.
 */
public final class RingChannelOption {
    /**
     * Whether the promise of a small write completes when its bytes were copied for the kernel, which is when they are flushed, and
     * not when the kernel has taken them. True unless set. Pipelined responses, of which the next one waits for the last one's
     * promise, go out together then. What is copied is sent when the channel closes, too, for ten seconds at most; a peer that does not
     * take it sees a reset. When it can't be sent, the channel is closed with the cause.
     */
    public static final ChannelOption<Boolean> EARLY_WRITE_COMPLETION = of("EARLY_WRITE_COMPLETION");

    /**
     * From how many bytes on what is written together goes out without a copy ({@code SENDMSG_ZC}), by TCP channels; -1, the default,
     * for never. A promise completes when the kernel has taken the bytes, as always, but the kernel reads their memory until the
     * peer has acknowledged them: it is retained until then, and <b>must not change</b>, not even when the promise is complete. Where
     * the kernel reports that it has copied after all, as for the loopback device, the channel writes by copies from then on. It pays
     * for large writes on network devices that can gather, from some 10 KB on.
     */
    public static final ChannelOption<Integer> WRITE_ZERO_COPY_THRESHOLD = of("WRITE_ZERO_COPY_THRESHOLD");

    /** {@code TCP_CORK}: small packets wait until there is a full one. */
    public static final ChannelOption<Boolean> TCP_CORK = of("TCP_CORK");

    /** {@code TCP_QUICKACK}: the next acknowledgements are sent at once; the kernel falls back by itself. */
    public static final ChannelOption<Boolean> TCP_QUICKACK = of("TCP_QUICKACK");

    /** {@code TCP_NOTSENT_LOWAT}: unsent bytes from which on the socket counts as not writable, from 0 to 2<sup>32</sup> - 1. */
    public static final ChannelOption<Long> TCP_NOTSENT_LOWAT = of("TCP_NOTSENT_LOWAT");

    /** {@code TCP_KEEPIDLE}: seconds of silence before a peer is probed. */
    public static final ChannelOption<Integer> TCP_KEEPIDLE = of("TCP_KEEPIDLE");

    /** {@code TCP_KEEPINTVL}: seconds between two probes. */
    public static final ChannelOption<Integer> TCP_KEEPINTVL = of("TCP_KEEPINTVL");

    /** {@code TCP_KEEPCNT}: how many probes without an answer mean that the peer has gone. */
    public static final ChannelOption<Integer> TCP_KEEPCNT = of("TCP_KEEPCNT");

    /** {@code TCP_USER_TIMEOUT}: milliseconds for which sent bytes may stay without an acknowledgement. */
    public static final ChannelOption<Integer> TCP_USER_TIMEOUT = of("TCP_USER_TIMEOUT");

    /** {@code TCP_CONGESTION}: the name of the congestion control, such as {@code bbr}, which the kernel must have. */
    public static final ChannelOption<String> TCP_CONGESTION = of("TCP_CONGESTION");

    /** {@code TCP_DEFER_ACCEPT}: seconds for which an accept waits for the first bytes. */
    public static final ChannelOption<Integer> TCP_DEFER_ACCEPT = of("TCP_DEFER_ACCEPT");

    /** {@code SO_BUSY_POLL}: microseconds for which a receive polls the device. */
    public static final ChannelOption<Integer> SO_BUSY_POLL = of("SO_BUSY_POLL");

    /**
     * {@code SO_PEERCRED}: who the peer of a connected Unix socket is; null when it is not connected. Can be read only: a set throws
     * {@link UnsupportedOperationException}.
     */
    public static final ChannelOption<PeerIdentity> SO_PEERCRED = of("SO_PEERCRED");

    /** {@code IP_FREEBIND}: binds addresses that no interface has yet. */
    public static final ChannelOption<Boolean> IP_FREEBIND = ofNetty("IP_FREEBIND");

    /** {@code IP_TRANSPARENT}: binds addresses of other hosts; needs a privilege. */
    public static final ChannelOption<Boolean> IP_TRANSPARENT = ofNetty("IP_TRANSPARENT");

    /** {@code IP_BIND_ADDRESS_NO_PORT}: chooses the port as late as the connect. */
    public static final ChannelOption<Boolean> IP_BIND_ADDRESS_NO_PORT = ofNetty("IP_BIND_ADDRESS_NO_PORT");

    /** {@code IP_MULTICAST_ALL}: messages of every group that any socket of the host has joined are delivered. */
    public static final ChannelOption<Boolean> IP_MULTICAST_ALL = ofNetty("IP_MULTICAST_ALL");

    /**
     * The largest datagram that is expected, in bytes; 0 unless set. Other transports make their buffers by it. Here every datagram has
     * room, and the value is only kept.
     */
    public static final ChannelOption<Integer> MAX_DATAGRAM_PAYLOAD_SIZE = ofNetty("MAX_DATAGRAM_PAYLOAD_SIZE");

    private RingChannelOption() {}

    /** A constant that Netty's own transports have as well, under no class's name. */
    private static <T> ChannelOption<T> ofNetty(String name) {
        return ChannelOption.valueOf(name);
    }

    private static <T> ChannelOption<T> of(String name) {
        return ChannelOption.valueOf(RingChannelOption.class, name);
    }
}
