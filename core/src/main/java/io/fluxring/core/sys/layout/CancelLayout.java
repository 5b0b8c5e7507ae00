package io.fluxring.core.sys.layout;

/** What a synchronous cancel is to find, and how long it may take, {@code struct io_uring_sync_cancel_reg}. */
public final class CancelLayout {
    private CancelLayout() {}

    public static final long BYTES = 64;
    public static final long USER_DATA = 0;
    public static final long FD = 8;
    public static final long FLAGS = 12;
    public static final long SECONDS = 16;
    public static final long NANOS = 24;
    public static final long OPERATION = 32; // a byte, since 6.6
}
