package io.fluxring.core.sys;

/** A completion queue entry, {@code struct io_uring_cqe}. */
public final class CqeLayout {
    private CqeLayout() {}

    public static final long BYTES = 16;
    public static final int SHIFT = 4;

    public static final long USER_DATA = 0;
    public static final long RESULT = 8;
    public static final long FLAGS = 12;

    // The second half of an entry of 32 bytes.
    public static final long EXTRA1 = 16;
    public static final long EXTRA2 = 24;
}
