package io.fluxring.reactor.error;

/** The kernel, the file system or the socket has no such operation. */
public final class UnsupportedException extends RingException {
    private static final long serialVersionUID = 1L;

    UnsupportedException(Failure failure) {
        super(failure);
    }
}
