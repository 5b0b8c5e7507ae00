package io.fluxring.reactor.error;

/** The other side, or the way to it, has gone: a reset, a broken pipe. Ordinary in the life of a server. */
public final class PeerException extends RingException {
    private static final long serialVersionUID = 1L;

    PeerException(Failure failure) {
        super(failure);
    }
}
