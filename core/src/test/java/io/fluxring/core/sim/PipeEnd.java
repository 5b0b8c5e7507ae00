package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import org.jspecify.annotations.Nullable;

/** One end of a pipe. */
final class PipeEnd extends StreamFile {
    private final ByteQueue bytes;
    private final boolean reads;
    private final boolean nonBlocking;
    private PipeEnd other;
    private boolean closed;

    PipeEnd(ByteQueue bytes, boolean reads, boolean nonBlocking) {
        this.bytes = bytes;
        this.reads = reads;
        this.nonBlocking = nonBlocking;
    }

    @Override
    boolean isNonBlocking() {
        return nonBlocking;
    }

    /** Tells both ends of each other. */
    void join(PipeEnd end) {
        other = end;
        end.other = this;
    }

    int space() {
        return bytes.space();
    }

    @Override
    int readRefusal() {
        return reads ? 0 : Errno.EBADF.result();
    }

    @Override
    byte @Nullable [] take(int most) {
        if (bytes.size() == 0) {
            return other.closed ? new byte[0] : null;
        }
        byte[] taken = bytes.remove(Math.min(most, bytes.size()));
        moved();
        return taken;
    }

    /** The next bytes, which stay; null when they have to be waited for. */
    byte @Nullable [] peek(int most) {
        if (bytes.size() == 0) {
            return other.closed ? new byte[0] : null;
        }
        return bytes.peek(Math.min(most, bytes.size()));
    }

    @Override
    int give(byte[] given) {
        if (reads) {
            return Errno.EBADF.result();
        }
        if (other.closed) {
            return Errno.EPIPE.result();
        }
        int count = Math.min(given.length, bytes.space());
        if (count > 0) {
            bytes.add(given, 0, count);
            moved();
        }
        return count;
    }

    private void moved() {
        changed();
        other.changed();
    }

    @Override
    void released() {
        closed = true;
        other.changed();
    }

    @Override
    int events() {
        if (reads) {
            return (bytes.size() > 0 ? Libc.POLLIN : 0) | (other.closed ? Libc.POLLHUP : 0);
        }
        return (bytes.space() > 0 ? Libc.POLLOUT : 0) | (other.closed ? Libc.POLLERR : 0);
    }

    @Override
    public String toString() {
        return reads ? "pipe's reading end" : "pipe's writing end";
    }
}
