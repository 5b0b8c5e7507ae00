package io.fluxring.core.sim;

import java.net.InetSocketAddress;

/** The far end of a connection, which a test's script drives. Never blocks. Any thread. */
public final class SimulatedPeer {
    private final SimulatedKernel kernel;
    private final SimulatedSocket socket;
    private boolean finSent;
    private boolean gone;

    SimulatedPeer(SimulatedKernel kernel, SimulatedSocket socket) {
        this.kernel = kernel;
        this.socket = socket;
    }

    /** This end's address. */
    public InetSocketAddress address() {
        return socket.remote;
    }

    /**
     * Sends what there is room for.
     *
     * @return how many bytes; 0 while the other side's socket is full; -1 when the connection is no more
     */
    public int send(byte[] bytes, int offset, int length) {
        return kernel.locked(() -> {
            if (gone || finSent || socket.resetSent) {
                return -1;
            }
            int count = Math.min(length, socket.incoming.space());
            if (count > 0) {
                socket.incoming.add(bytes, offset, count);
                socket.changed();
            }
            return count;
        });
    }

    /** Reads what has arrived, at most so much. */
    public byte[] receive(int most) {
        return kernel.locked(() -> {
            byte[] bytes = socket.outgoing.remove(Math.min(most, gone ? 0 : socket.outgoing.size()));
            if (bytes.length > 0) {
                socket.changed();
            }
            return bytes;
        });
    }

    /** Whether the other side has ended its direction, and everything before that was read. */
    public boolean endOfStream() {
        return kernel.locked(() -> socket.finSent && socket.outgoing.size() == 0);
    }

    /** Whether the other side has closed without having read everything. */
    public boolean isReset() {
        return kernel.locked(() -> socket.resetSent);
    }

    /** Ends this direction. */
    public void shutdownOutput() {
        kernel.locked(() -> {
            if (!gone && !finSent) {
                finSent = true;
                socket.finReceived = true;
                socket.changed();
            }
            return 0;
        });
    }

    /** Kills the connection. */
    public void reset() {
        kernel.locked(() -> {
            if (!gone) {
                gone = true;
                socket.reset();
            }
            return 0;
        });
    }

    /** Closes both directions. With unread bytes that is a reset, as in TCP. */
    public void close() {
        kernel.locked(() -> {
            if (!gone) {
                boolean unread = socket.outgoing.size() > 0;
                shutdownOutput();
                gone = true;
                socket.peerGone = true;
                socket.outgoing.clear();
                if (unread) {
                    socket.reset();
                }
                socket.changed();
            }
            return 0;
        });
    }

    @Override
    public String toString() {
        return "peer of " + socket;
    }
}
