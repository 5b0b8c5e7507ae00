package io.fluxring.reactor.error;

/** A line is longer than its reader allows, see {@link io.fluxring.reactor.LeaseFlux#lines}. The connection is still open. */
public final class LineTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The most bytes that a line may have, without its end. */
    private final int maxLengthBytes;

    /**
     * The exception for a limit.
     *
     * @param maxLengthBytes the most bytes that a line may have, as they arrive and without the line's end
     */
    public LineTooLongException(int maxLengthBytes) {
        super("a line is longer than " + maxLengthBytes + " bytes");
        this.maxLengthBytes = maxLengthBytes;
    }

    /** {@return the most bytes that a line may have, as they arrive and without the line's end} */
    public int maxLengthBytes() {
        return maxLengthBytes;
    }
}
