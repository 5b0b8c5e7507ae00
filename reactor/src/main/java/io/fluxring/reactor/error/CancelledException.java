package io.fluxring.reactor.error;

/** The operation was called off: by a cancel, a time limit, or the close of its connection or ring. Whatever is used after it was closed fails with this, too. */
public final class CancelledException extends RingException {
    private static final long serialVersionUID = 1L;

    CancelledException(Failure failure) {
        super(failure);
    }
}
