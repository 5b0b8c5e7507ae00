package io.fluxring.core.sys.layout;

/**
 * A ring of provided buffers, {@code struct io_uring_buf_ring}, and its registration, {@code struct io_uring_buf_reg}. The
 * ring's tail lies over the reserved field of entry 0: an entry is written field by field, never whole.
 */
public final class BufRingLayout {
    private BufRingLayout() {}

    /** The size of an entry. */
    public static final long ENTRY_BYTES = 16;
    /** A long: the buffer's address. */
    public static final long ENTRY_ADDR = 0;
    /** An int: its length. */
    public static final long ENTRY_LEN = 8;
    /** A short: its number. */
    public static final long ENTRY_BID = 12;
    /** A short, in entry 0: how many entries were ever filled. */
    public static final long TAIL = 14;

    /** The most entries of a ring. */
    public static final int MAX_ENTRIES = 32768;

    /** The size of a registration. */
    public static final long REG_BYTES = 40;
    /** A long: the entries' address. */
    public static final long REG_RING_ADDR = 0;
    /** An int: how many entries there are. */
    public static final long REG_RING_ENTRIES = 8;
    /** A short: the group's number. */
    public static final long REG_GROUP = 12;
    /** A short: {@code IOU_PBUF_RING_*}. */
    public static final long REG_FLAGS = 14;

    /** {@code struct io_uring_buf_status}. */
    public static final long STATUS_BYTES = 40;

    /** An int: the group's number. */
    public static final long STATUS_GROUP = 0;
    /** An int: the kernel's index. */
    public static final long STATUS_HEAD = 4;
}
