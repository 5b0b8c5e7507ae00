package io.fluxring.reactor.error;

import io.fluxring.core.sys.Errno;

/** The operation was called off: by a cancel, a time limit, or the close of its connection or ring. */
public final class CancelledException extends RingException {
    private static final long serialVersionUID = 1L;

    CancelledException(Errno errno, String message) {
        super(errno, message);
    }
}
