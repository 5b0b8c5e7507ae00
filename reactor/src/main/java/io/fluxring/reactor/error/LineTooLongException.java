package io.fluxring.reactor.error;

/** A line is longer than its reader allows, see {@link io.fluxring.reactor.net.LeaseFlux#lines}. The connection is still open. */
public final class LineTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How long a line may be. */
    private final int maxLengthBytes;

    /**
     * The exception for a limit.
     *
     * @param maxLengthBytes how long a line may be
     */
    public LineTooLongException(int maxLengthBytes) {
        super("a line is longer than " + maxLengthBytes + " bytes");
        this.maxLengthBytes = maxLengthBytes;
    }

    /** {@return how long a line may be} */
    public int maxLengthBytes() {
        return maxLengthBytes;
    }
}
