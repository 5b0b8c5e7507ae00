package io.fluxring.core.sys.layout;

/**
 * What setup is told and tells, {@code struct io_uring_params}. The offsets of the shared words are the kernel's to choose: they
 * are read from here, never assumed.
 */
public final class ParamsLayout {
    private ParamsLayout() {}

    public static final long BYTES = 120;

    public static final long SQ_ENTRIES = 0;
    public static final long CQ_ENTRIES = 4;
    public static final long FLAGS = 8;
    public static final long SQ_THREAD_CPU = 12;
    public static final long SQ_THREAD_IDLE = 16;
    public static final long FEATURES = 20;
    public static final long WQ_FD = 24;

    public static final long SQ_HEAD = 40;
    public static final long SQ_TAIL = 44;
    public static final long SQ_MASK = 48;
    public static final long SQ_RING_ENTRIES = 52;
    public static final long SQ_FLAGS = 56;
    public static final long SQ_DROPPED = 60;
    public static final long SQ_ARRAY = 64;
    public static final long SQ_USER_ADDRESS = 72;

    public static final long CQ_HEAD = 80;
    public static final long CQ_TAIL = 84;
    public static final long CQ_MASK = 88;
    public static final long CQ_RING_ENTRIES = 92;
    public static final long CQ_OVERFLOW = 96;
    public static final long CQ_CQES = 100;
    public static final long CQ_FLAGS = 104;
    public static final long CQ_USER_ADDRESS = 112;
}
