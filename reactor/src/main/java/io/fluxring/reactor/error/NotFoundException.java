package io.fluxring.reactor.error;

/** What the operation names is not there: a file, a device, an address of this machine. */
public final class NotFoundException extends RingException {
    private static final long serialVersionUID = 1L;

    NotFoundException(Failure failure) {
        super(failure);
    }
}
