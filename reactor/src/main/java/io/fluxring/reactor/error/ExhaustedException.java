package io.fluxring.reactor.error;

import io.fluxring.core.sys.Errno;

/** Something ran out: descriptors, buffers, memory. Trying again later can help. */
public final class ExhaustedException extends RingException {
    private static final long serialVersionUID = 1L;

    ExhaustedException(Errno errno, String message) {
        super(errno, message);
    }
}
