package io.fluxring.core.sys.layout;

/** A completion queue entry, {@code struct io_uring_cqe}. One of 32 bytes has two words more behind these. */
public final class CqeLayout {
    private CqeLayout() {}

    public static final long BYTES = 16;
    public static final int SHIFT = 4;

    public static final long USER_DATA = 0;
    public static final long RESULT = 8;
    public static final long FLAGS = 12;
}
