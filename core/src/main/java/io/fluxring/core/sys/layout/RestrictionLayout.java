package io.fluxring.core.sys.layout;

/** One entry of a ring's allow list, {@code struct io_uring_restriction}. */
public final class RestrictionLayout {
    private RestrictionLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 16;
    /** A short: {@code IORING_RESTRICTION_*}. */
    public static final long KIND = 0;
    /** A byte: an operation's number, or flags. */
    public static final long VALUE = 2;
}
