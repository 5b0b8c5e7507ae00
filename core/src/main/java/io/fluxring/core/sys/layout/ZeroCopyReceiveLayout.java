package io.fluxring.core.sys.layout;

/**
 * The registration of a hardware queue for zero-copy receive, {@code struct io_uring_zcrx_ifq_reg}, and of the memory that payloads
 * go to, {@code struct io_uring_zcrx_area_reg}. Since Linux 6.15.
 */
public final class ZeroCopyReceiveLayout {
    private ZeroCopyReceiveLayout() {}

    public static final long BYTES = 96;
    public static final long INTERFACE = 0;
    public static final long RECEIVE_QUEUE = 4;
    public static final long REFILL_ENTRIES = 8;
    public static final long AREA_ADDRESS = 16;
    public static final long REGION_ADDRESS = 24; // of a RegionLayout
    public static final long OFFSET_HEAD = 32;
    public static final long OFFSET_TAIL = 36;
    public static final long OFFSET_ENTRIES = 40;
    public static final long ID = 64;

    public static final long AREA_BYTES = 48;
    public static final long AREA_START = 0;
    public static final long AREA_LENGTH = 8;
    public static final long AREA_TOKEN = 16;
}
