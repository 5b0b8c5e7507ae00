package io.fluxring.netty.socket;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.Kernel;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A channel's descriptor, from the channel's making to its close: the channel's own at first, a socket's of the loop while there is
 * one. System calls on it by any thread keep it open meanwhile, so that its number never names another file under one of them.
 */
public final class Descriptor implements SocketAccess {
    private final Kernel kernel;
    private RawFd file;
    private @Nullable StreamSocket socket;
    private boolean closed;

    public Descriptor(Kernel kernel, RawFd file) {
        this.kernel = kernel;
        this.file = file;
    }

    @Override
    public Kernel kernel() {
        return kernel;
    }

    public RawFd file() {
        synchronized (this) {
            return file;
        }
    }

    /** The socket closes the descriptor from now on. */
    public void belongsTo(StreamSocket owner) {
        synchronized (this) {
            socket = owner;
        }
    }

    /** The channel has the descriptor again. */
    public void isOwn(RawFd again) {
        synchronized (this) {
            file = again;
            socket = null;
        }
    }

    /** Another one closes the descriptor, and no call may be made any more. */
    public void isGone() {
        synchronized (this) {
            closed = true;
        }
    }

    /** Closes the descriptor at once. Does nothing when it is closed, or a socket's. */
    public void close() {
        synchronized (this) {
            if (!closed && socket == null) {
                closed = true;
                kernel.close(file.number());
            }
        }
    }

    @Override
    public int call(IntUnaryOperator systemCall) {
        StreamSocket owner;
        synchronized (this) {
            owner = socket;
            if (owner == null) {
                return closed ? Errno.ECANCELED.result() : systemCall.applyAsInt(file.number());
            }
        }
        return owner.call(systemCall);
    }
}
