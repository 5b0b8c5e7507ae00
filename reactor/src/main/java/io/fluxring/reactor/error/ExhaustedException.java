package io.fluxring.reactor.error;

/** Something ran out: descriptors, buffers, memory. Trying again later can help. */
public final class ExhaustedException extends RingException {
    private static final long serialVersionUID = 1L;

    ExhaustedException(Failure failure) {
        super(failure);
    }
}
