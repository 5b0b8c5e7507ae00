package io.fluxring.spring;

import io.fluxring.core.setup.RingUnavailableException;

/** The ring is required, by {@code fluxring.mode=required}, and can't be had. The application does not start. */
public final class RingRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why there is no ring. */
    private final String reason;

    /** What to do about it. */
    private final String remedy;

    /**
     * A required ring that the host refuses.
     *
     * @param refusal why
     */
    public RingRequiredException(RingUnavailableException refusal) {
        super(refusal.getMessage(), refusal);
        this.reason = "io_uring is refused: " + refusal.found();
        this.remedy = refusal.remedy();
    }

    /**
     * A required ring that the application itself prevents.
     *
     * @param reason a sentence
     * @param remedy what to do about it
     */
    public RingRequiredException(String reason, String remedy) {
        super(reason);
        this.reason = reason;
        this.remedy = remedy;
    }

    /** {@return why there is no ring} */
    public String reason() {
        return reason;
    }

    /** {@return what to do about it} */
    public String remedy() {
        return remedy;
    }
}
