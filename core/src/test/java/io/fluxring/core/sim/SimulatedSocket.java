package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** The application's end of a TCP connection, or a listener. The other end is a {@link SimulatedPeer}. */
final class SimulatedSocket extends KernelFile {
    private static final int SHUT_RD = 0;
    private static final int SHUT_RDWR = 2;

    enum Kind {
        FRESH,
        LISTENER,
        STREAM
    }

    final Map<Long, byte[]> options = new TreeMap<>();
    final ArrayDeque<SimulatedSocket> backlog = new ArrayDeque<>();
    Kind kind = Kind.FRESH;
    InetSocketAddress local;
    InetSocketAddress remote;
    int backlogLimit;
    SimulatedPeer peer;

    ByteQueue incoming = new ByteQueue(1);
    ByteQueue outgoing = new ByteQueue(1);
    boolean finReceived;
    boolean finSent;
    boolean readShut;
    boolean resetByPeer;
    boolean peerGone; // has closed both directions: what is sent to it is answered with a reset
    boolean resetSent; // the peer's view: this side has gone without having read everything
    Errno pendingError;
    private boolean released;

    static SimulatedSocket stream(
            InetSocketAddress local, InetSocketAddress remote, int receiveCapacity, int sendCapacity) {
        SimulatedSocket socket = new SimulatedSocket();
        socket.kind = Kind.STREAM;
        socket.local = local;
        socket.remote = remote;
        socket.incoming = new ByteQueue(receiveCapacity);
        socket.outgoing = new ByteQueue(sendCapacity);
        return socket;
    }

    /** Whether a receive has something to say. */
    boolean readable() {
        return incoming.size() > 0 || finReceived || readShut || pendingError != null || resetByPeer;
    }

    /** Whether a send has something to say. */
    boolean writable() {
        return outgoing.space() > 0 || finSent || pendingError != null || resetByPeer;
    }

    /** What TCP says is left to be read; it counts a peer's end of the stream, and no other end, as one more. */
    boolean moreToRead() {
        return incoming.size() > 0 || finReceived;
    }

    /** A reset has arrived. What was received before it can still be read. */
    void reset() {
        if (resetByPeer) {
            return;
        }
        resetByPeer = true;
        pendingError = finReceived ? Errno.EPIPE : Errno.ECONNRESET;
        outgoing.clear();
        changed();
    }

    /** What the option SO_ERROR tells: the error that no call has told yet, once. */
    byte[] takeError() {
        int error = pendingError == null ? 0 : -pendingError.result();
        pendingError = null;
        return new byte[] {(byte) error, 0, 0, 0};
    }

    @Override
    int events() {
        if (kind == Kind.LISTENER) {
            return (backlog.isEmpty() ? 0 : Libc.POLLIN) | (readShut ? Libc.POLLHUP : 0);
        }
        int events = readable() ? Libc.POLLIN : 0;
        events |= writable() ? Libc.POLLOUT : 0;
        events |= finReceived || readShut ? Libc.POLLRDHUP : 0;
        events |= pendingError != null ? Libc.POLLERR : 0;
        events |= (finReceived || readShut) && finSent || resetByPeer ? Libc.POLLHUP : 0;
        return events;
    }

    @Override
    int shutdown(int how) {
        if (kind == Kind.FRESH || resetByPeer) {
            return Errno.ENOTCONN.result();
        }
        if (how != SHUT_RD) {
            finSent = true;
        }
        if (how == SHUT_RD || how == SHUT_RDWR) {
            readShut = true;
        }
        changed();
        return 0;
    }

    /** Whether the application has closed it. */
    boolean isReleased() {
        return released;
    }

    /** From a fresh socket to one end of a connection. */
    void connected(InetSocketAddress from, InetSocketAddress to, int receiveCapacity, int sendCapacity) {
        kind = Kind.STREAM;
        local = from;
        remote = to;
        incoming = new ByteQueue(receiveCapacity);
        outgoing = new ByteQueue(sendCapacity);
        changed();
    }

    @Override
    void released() {
        released = true;
        if (kind == Kind.LISTENER) {
            for (SimulatedSocket waiting : backlog) {
                waiting.resetSent = true;
            }
            backlog.clear();
        } else if (kind == Kind.STREAM) {
            if (incoming.size() > 0) {
                resetSent = true; // unread bytes: TCP tells the peer that they are lost
            }
            finSent = true;
        }
    }

    @Override
    public String toString() {
        return switch (kind) {
            case FRESH -> "socket";
            case LISTENER -> "listener " + local + ", " + backlog.size() + " waiting";
            case STREAM ->
                "socket " + local + " to " + remote + ", " + incoming.size() + " in, " + outgoing.size()
                        + " out" + (finReceived ? ", fin received" : "") + (finSent ? ", fin sent" : "")
                        + (resetByPeer ? ", reset" : "");
        };
    }
}
