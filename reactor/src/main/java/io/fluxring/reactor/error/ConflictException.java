package io.fluxring.reactor.error;

/** Something else is there: a file that exists, a directory that is not empty, a port in use. */
public final class ConflictException extends RingException {
    private static final long serialVersionUID = 1L;

    ConflictException(Failure failure) {
        super(failure);
    }
}
