package io.fluxring.core.loop;

import org.jspecify.annotations.Nullable;

/**
 * The end of a loop was given up with operations left that the kernel, or a thread that has died, did not give back. Their
 * memory, and with it the loop's, is never freed: the kernel may still write to it. The handlers of these operations are not
 * called. The message has the reason and a {@link RingLoop#dump dump} of what is left.
 */
public final class IncompleteCloseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** See {@link #operations()}. */
    private final int operations;
    /** See {@link #dump()}. */
    private final String dump;

    IncompleteCloseException(String reason, int operations, String dump, @Nullable Throwable cause) {
        super(reason + ": " + operations + " operations are left; " + dump, cause);
        this.operations = operations;
        this.dump = dump;
    }

    /**
     * {@return how many operations are left, without the loop's own; 0 when the loop's own alone is left, or the ring
     * is broken}
     */
    public int operations() {
        return operations;
    }

    /** {@return what is left, an operation a line, see {@link RingLoop#dump}} */
    public String dump() {
        return dump;
    }
}
