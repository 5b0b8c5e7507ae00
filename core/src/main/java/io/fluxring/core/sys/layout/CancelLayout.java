package io.fluxring.core.sys.layout;

/** What a synchronous cancel is to find, and how long it may take, {@code struct io_uring_sync_cancel_reg}. */
public final class CancelLayout {
    private CancelLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 64;
    /** A long: user data to look for. */
    public static final long USER_DATA = 0;
    /** An int: a descriptor or slot to look for. */
    public static final long FD = 8;
    /** An int: {@code IORING_ASYNC_CANCEL_*}. */
    public static final long FLAGS = 12;
    /** A long: the seconds of the time limit. */
    public static final long SECONDS = 16;
    /** A long: its nanoseconds. */
    public static final long NANOS = 24;
    /** A byte: the operation to look for. Since Linux 6.6. */
    public static final long OPERATION = 32;
}
