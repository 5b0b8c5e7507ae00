package io.fluxring.reactor.error;

/** A right is missing, such as that to a file, or to a port below 1024. */
public final class DeniedException extends RingException {
    private static final long serialVersionUID = 1L;

    DeniedException(Failure failure) {
        super(failure);
    }
}
