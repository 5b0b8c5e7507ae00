package io.fluxring.core.sim;

/** The caller has done what the real kernel would have answered with silent corruption, or not at all. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}
