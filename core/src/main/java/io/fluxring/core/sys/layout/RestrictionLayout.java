package io.fluxring.core.sys.layout;

/** One entry of a ring's allow list, {@code struct io_uring_restriction}. */
public final class RestrictionLayout {
    private RestrictionLayout() {}

    public static final long BYTES = 16;
    public static final long KIND = 0; // a short
    public static final long VALUE = 2; // a byte: an operation's number, or flags
}
