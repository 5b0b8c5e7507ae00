package io.fluxring.spring;

import io.fluxring.core.setup.RingUnavailableException;

/** The ring is required, by {@code fluxring.mode=required}, and the host allows none. The application does not start. */
public final class RingRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RingUnavailableException refusal;

    /**
     * A required ring that is refused.
     *
     * @param refusal why
     */
    public RingRequiredException(RingUnavailableException refusal) {
        super("fluxring.mode is \"required\", and no ring can be had: " + refusal.getMessage(), refusal);
        this.refusal = refusal;
    }

    /** {@return why there is no ring, with the remedy} */
    public RingUnavailableException refusal() {
        return refusal;
    }
}
