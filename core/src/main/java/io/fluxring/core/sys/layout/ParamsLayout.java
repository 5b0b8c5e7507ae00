package io.fluxring.core.sys.layout;

/**
 * Setup's arguments and results, {@code struct io_uring_params}. The offsets of the shared words are the kernel's to choose: they
 * are read from here, never assumed.
 */
public final class ParamsLayout {
    private ParamsLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 120;

    /** An int: submission entries, as asked for and as made. */
    public static final long SQ_ENTRIES = 0;
    /** An int: completion entries, as asked for and as made. */
    public static final long CQ_ENTRIES = 4;
    /** An int: {@code IORING_SETUP_*}. */
    public static final long FLAGS = 8;
    /** An int: the polling thread's processor. */
    public static final long SQ_THREAD_CPU = 12;
    /** An int: after how many milliseconds it sleeps. */
    public static final long SQ_THREAD_IDLE = 16;
    /** An int: {@code IORING_FEAT_*}. */
    public static final long FEATURES = 20;
    /** An int: the ring whose threads are shared. */
    public static final long WQ_FD = 24;

    /** An int: offset of the submission queue's head. */
    public static final long SQ_HEAD = 40;
    /** An int: offset of its tail. */
    public static final long SQ_TAIL = 44;
    /** An int: offset of its mask. */
    public static final long SQ_MASK = 48;
    /** An int: offset of its size. */
    public static final long SQ_RING_ENTRIES = 52;
    /** An int: offset of {@code IORING_SQ_*}. */
    public static final long SQ_FLAGS = 56;
    /** An int: offset of the count of refused indices. */
    public static final long SQ_DROPPED = 60;
    /** An int: offset of the index array. */
    public static final long SQ_ARRAY = 64;
    /** A long: the application's memory for the entries. */
    public static final long SQ_USER_ADDRESS = 72;

    /** An int: offset of the completion queue's head. */
    public static final long CQ_HEAD = 80;
    /** An int: offset of its tail. */
    public static final long CQ_TAIL = 84;
    /** An int: offset of its mask. */
    public static final long CQ_MASK = 88;
    /** An int: offset of its size. */
    public static final long CQ_RING_ENTRIES = 92;
    /** An int: offset of the count of lost completions. */
    public static final long CQ_OVERFLOW = 96;
    /** An int: offset of the entries. */
    public static final long CQ_CQES = 100;
    /** An int: offset of {@code IORING_CQ_*}. */
    public static final long CQ_FLAGS = 104;
    /** A long: the application's memory for the rings. */
    public static final long CQ_USER_ADDRESS = 112;
}
