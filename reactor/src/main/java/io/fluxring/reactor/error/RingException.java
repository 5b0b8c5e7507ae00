package io.fluxring.reactor.error;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import java.util.concurrent.RejectedExecutionException;

/**
 * An operation has failed. The message tells operation, file and error: {@code RECV fd=12: ECONNRESET (connection reset by
 * peer)}. The type tells what can be done, see {@link Errno.Kind}.
 */
public sealed class RingException extends RuntimeException
        permits PeerException, ExhaustedException, CancelledException, DeniedException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    RingException(Errno errno, String message) {
        super(message);
        this.errno = errno;
    }

    /**
     * The exception for a result.
     *
     * @param what the operation and its file, such as {@code SEND fd=12}
     * @param result the negated errno
     */
    public static RingException of(String what, int result) {
        Errno errno = Errno.ofResult(result);
        String message = what + ": " + Errno.describe(result);
        return switch (errno.kind()) {
            case PEER -> new PeerException(errno, message);
            case FLOW -> new ExhaustedException(errno, message);
            case CANCELLED -> new CancelledException(errno, message);
            case DENIED -> new DeniedException(errno, message);
            case RETRY, BUG -> new RingException(errno, message);
        };
    }

    /** The exception for work that ends because its connection or ring was closed. */
    public static RingException closed(String what) {
        return new CancelledException(Errno.ECANCELED, what + " is closed");
    }

    /** The exception for work that a loop does not take: because it is closed, or, hardly ever, because it is far behind. */
    public static RuntimeException rejected(RingLoop loop, RejectedExecutionException cause) {
        if (!loop.isClosing()) {
            return cause;
        }
        RingException closed = closed("the ring");
        closed.initCause(cause);
        return closed;
    }

    /** The kernel's error. */
    public Errno errno() {
        return errno;
    }
}
