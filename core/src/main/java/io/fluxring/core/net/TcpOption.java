package io.fluxring.core.net;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.SocketCalls;
import io.fluxring.core.sys.layout.LingerLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketOption;

/**
 * The JDK's socket options that a TCP socket has here, each under its name there: those of {@link java.net.StandardSocketOptions}
 * and of {@code jdk.net.ExtendedSocketOptions}, a module that need not be there.
 */
public enum TcpOption {
    /** Small writes are sent at once. */
    TCP_NODELAY(Libc.IPPROTO_TCP, Libc.TCP_NODELAY, Form.FLAG),
    /** The next acknowledgements are sent at once; the kernel falls back by itself. */
    TCP_QUICKACK(Libc.IPPROTO_TCP, Libc.TCP_QUICKACK, Form.FLAG),
    /** After how many seconds of silence the peer is probed. */
    TCP_KEEPIDLE(Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, Form.NUMBER),
    /** Seconds between two probes. */
    TCP_KEEPINTERVAL(Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, Form.NUMBER),
    /** How many probes without an answer mean that the peer has gone. */
    TCP_KEEPCOUNT(Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, Form.NUMBER),
    /** A silent peer is probed. */
    SO_KEEPALIVE(Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, Form.FLAG),
    /** An address can be bound that closed connections still use. */
    SO_REUSEADDR(Libc.SOL_SOCKET, Libc.SO_REUSEADDR, Form.FLAG),
    /** Several sockets share an address. */
    SO_REUSEPORT(Libc.SOL_SOCKET, Libc.SO_REUSEPORT, Form.FLAG),
    /** Bytes of the receive buffer. */
    SO_RCVBUF(Libc.SOL_SOCKET, Libc.SO_RCVBUF, Form.BUFFER),
    /** Bytes of the send buffer. */
    SO_SNDBUF(Libc.SOL_SOCKET, Libc.SO_SNDBUF, Form.BUFFER),
    /** For how many seconds a close waits for what is unsent; negative: it does not wait. */
    SO_LINGER(Libc.SOL_SOCKET, Libc.SO_LINGER, Form.LINGER);

    private enum Form {
        FLAG,
        NUMBER,
        /** The kernel doubles what it is given, for its own needs, and reports that. */
        BUFFER,
        LINGER
    }

    private final int level;
    private final int number;
    private final Form form;

    TcpOption(int level, int number, Form form) {
        this.level = level;
        this.number = number;
        this.form = form;
    }

    /**
     * {@return the option of that name}
     *
     * @param option of the JDK
     * @throws UnsupportedOperationException when it is none of these
     */
    public static TcpOption of(SocketOption<?> option) {
        for (TcpOption each : values()) {
            if (each.name().equals(option.name()) && each.type() == option.type()) {
                return each;
            }
        }
        throw new UnsupportedOperationException("not an option of TCP sockets here: " + option.name());
    }

    private Class<?> type() {
        return form == Form.FLAG ? Boolean.class : Integer.class;
    }

    /**
     * Looks at a value, as the JDK does.
     *
     * @param value a Boolean or an Integer, as the option's type says
     * @throws IllegalArgumentException when it can't be one
     */
    public void check(Object value) {
        if (value.getClass() != type()) {
            throw new IllegalArgumentException(
                    this + " takes a value of type " + type().getSimpleName() + ": " + value);
        }
        if (form == Form.BUFFER && (Integer) value < 0) {
            throw new IllegalArgumentException(this + " can't be negative: " + value);
        }
    }

    /**
     * Sets it.
     *
     * @param kernel whose descriptor it is
     * @param fd a socket
     * @param value one that {@link #check} lets pass
     * @return 0, or a negated errno
     */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public int set(SocketCalls kernel, int fd, Object value) {
        if (form != Form.LINGER) {
            int bits = value instanceof Boolean on ? (on ? 1 : 0) : (Integer) value;
            return kernel.setSocketOption(fd, level, number, bits);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment linger = arena.allocate(LingerLayout.BYTES, Integer.BYTES);
            LingerLayout.put(linger, (Integer) value);
            return kernel.setSocketOption(fd, level, number, linger);
        }
    }

    /**
     * Gets it.
     *
     * @param kernel whose descriptor it is
     * @param fd a socket
     * @param value the first place is given the value, in the option's type
     * @return 0, or a negated errno
     */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public int get(SocketCalls kernel, int fd, Object[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(LingerLayout.BYTES, Integer.BYTES);
            int result = kernel.getSocketOption(fd, level, number, place);
            int bits = place.get(ValueLayout.JAVA_INT, 0);
            value[0] = switch (form) {
                case FLAG -> bits != 0;
                case NUMBER -> bits;
                case BUFFER -> bits / 2;
                case LINGER -> bits == 0 ? -1 : place.get(ValueLayout.JAVA_INT, LingerLayout.SECONDS);
            };
            return Math.min(result, 0);
        }
    }
}
