package io.fluxring.core.sys.layout;

/**
 * A ring of provided buffers, {@code struct io_uring_buf_ring}, and its registration, {@code struct io_uring_buf_reg}. The
 * ring's tail lies over the reserved field of entry 0: an entry is written field by field, never whole.
 */
public final class BufRingLayout {
    private BufRingLayout() {}

    public static final long ENTRY_BYTES = 16;
    public static final long ENTRY_ADDR = 0;
    public static final long ENTRY_LEN = 8;
    public static final long ENTRY_BID = 12;
    public static final long TAIL = 14;

    public static final int MAX_ENTRIES = 32768;

    public static final long REG_BYTES = 40;
    public static final long REG_RING_ADDR = 0;
    public static final long REG_RING_ENTRIES = 8;
    public static final long REG_GROUP = 12;
    public static final long REG_FLAGS = 14;

    /** {@code struct io_uring_buf_status}. */
    public static final long STATUS_BYTES = 40;

    public static final long STATUS_GROUP = 0;
    public static final long STATUS_HEAD = 4;
}
