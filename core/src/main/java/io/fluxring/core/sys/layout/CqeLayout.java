package io.fluxring.core.sys.layout;

/** A completion queue entry, {@code struct io_uring_cqe}. One of 32 bytes has two words more behind these. */
public final class CqeLayout {
    private CqeLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 16;
    /** The logarithm of the size. */
    public static final int SHIFT = 4;

    /** A long: the entry's user data. */
    public static final long USER_DATA = 0;
    /** An int: the result, or a negated errno. */
    public static final long RESULT = 8;
    /** An int: {@code IORING_CQE_F_*}. */
    public static final long FLAGS = 12;
}
