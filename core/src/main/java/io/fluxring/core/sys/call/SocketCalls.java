package io.fluxring.core.sys.call;

import io.fluxring.core.sys.Libc;
import java.lang.foreign.MemorySegment;

/**
 * What is done with a socket outside of a ring, because it never waits. Every method returns a value {@code >= 0}, or the negated
 * errno. Any thread. Segments are read or written during the call only; {@link io.fluxring.core.sys.layout.LingerLayout} and its
 * likes say what lies in them.
 *
 * <p>The {@code connect(2)} is that of datagram sockets alone, which notes an address: that of others waits for the peer, which is the
 * ring's business.
 */
public interface SocketCalls {
    /**
     * {@code socket(2)}.
     *
     * @param domain {@link Libc#AF_INET} and its likes
     * @param type {@link Libc#SOCK_STREAM} and its likes
     * @param protocol 0 for the one that domain and type imply
     * @return the descriptor, or a negated errno
     */
    int socket(int domain, int type, int protocol);

    /**
     * {@code bind(2)}; the address is the whole segment.
     *
     * @param fd the descriptor
     * @param address all of the segment
     * @return 0, or a negated errno
     */
    int bind(int fd, MemorySegment address);

    /**
     * {@code connect(2)} of a datagram socket; the address is the whole segment.
     *
     * @param fd the descriptor of a datagram socket
     * @param address all of the segment; {@link Libc#AF_UNSPEC} as its family takes the peer back
     * @return 0, or a negated errno
     */
    int connectDatagram(int fd, MemorySegment address);

    /**
     * {@code listen(2)}.
     *
     * @param fd the descriptor
     * @param backlog how many connections may wait to be accepted
     * @return 0, or a negated errno
     */
    int listen(int fd, int backlog);

    /**
     * {@code shutdown(2)}.
     *
     * @param fd the descriptor
     * @param how {@link Libc#SHUT_RD}, {@link Libc#SHUT_WR} or {@link Libc#SHUT_RDWR}
     * @return 0, or a negated errno
     */
    int shutdown(int fd, int how);

    /**
     * {@code setsockopt(2)} of an int option.
     *
     * @param fd the descriptor
     * @param level {@link Libc#SOL_SOCKET} or a protocol
     * @param name the option's number
     * @param value the value
     * @return 0, or a negated errno
     */
    int setSocketOption(int fd, int level, int name, int value);

    /**
     * {@code setsockopt(2)} of an option that is a struct or a text; the value is the whole segment.
     *
     * @param fd the descriptor
     * @param level {@link Libc#SOL_SOCKET} or a protocol
     * @param name the option's number
     * @param value the value
     * @return 0, or a negated errno
     */
    int setSocketOption(int fd, int level, int name, MemorySegment value);

    /**
     * {@code getsockopt(2)} of an int option.
     *
     * @param fd the descriptor
     * @param level {@link Libc#SOL_SOCKET} or a protocol
     * @param name the option's number
     * @return the value as an unsigned number of 32 bits, to be cast to an int where it may be negative; or the negated errno
     */
    long getSocketOption(int fd, int level, int name);

    /**
     * {@code getsockopt(2)} of an option that is a struct or a text.
     *
     * @param fd the descriptor
     * @param level {@link Libc#SOL_SOCKET} or a protocol
     * @param name the option's number
     * @param value filled as far as it goes
     * @return how many bytes of it were filled
     */
    int getSocketOption(int fd, int level, int name, MemorySegment value);

    /**
     * {@code getsockname(2)}.
     *
     * @param fd the descriptor
     * @param address filled as far as it goes
     * @return the address's length, which may be more
     */
    int socketName(int fd, MemorySegment address);

    /**
     * {@code getpeername(2)}, as {@link #socketName}.
     *
     * @param fd the descriptor
     * @param address filled as far as it goes
     * @return the address's length, or a negated errno
     */
    int peerName(int fd, MemorySegment address);
}
