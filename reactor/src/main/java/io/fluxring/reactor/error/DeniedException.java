package io.fluxring.reactor.error;

import io.fluxring.core.sys.Errno;

/** The environment refuses: an address in use, a right that is missing, a feature that the kernel does not have. */
public final class DeniedException extends RingException {
    private static final long serialVersionUID = 1L;

    DeniedException(Errno errno, String message) {
        super(errno, message);
    }
}
