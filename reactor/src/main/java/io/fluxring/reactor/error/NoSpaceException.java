package io.fluxring.reactor.error;

/** The device is full, or a quota or the largest size of a file is reached. */
public final class NoSpaceException extends RingException {
    private static final long serialVersionUID = 1L;

    NoSpaceException(Failure failure) {
        super(failure);
    }
}
