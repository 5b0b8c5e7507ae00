package io.fluxring.core.sys.layout;

/**
 * The registration of a hardware queue for zero-copy receive, {@code struct io_uring_zcrx_ifq_reg}, and of the memory that payloads
 * go to, {@code struct io_uring_zcrx_area_reg}. Since Linux 6.15.
 */
public final class ZeroCopyReceiveLayout {
    private ZeroCopyReceiveLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 96;
    /** An int: the network interface. */
    public static final long INTERFACE = 0;
    /** An int: its queue. */
    public static final long RECEIVE_QUEUE = 4;
    /** An int: how many refill entries there are. */
    public static final long REFILL_ENTRIES = 8;
    /** A long: the address of the area. */
    public static final long AREA_ADDRESS = 16;
    /** A long: the address of a {@link RegionLayout}. */
    public static final long REGION_ADDRESS = 24;
    /** An int: where the kernel's index is. */
    public static final long OFFSET_HEAD = 32;
    /** An int: where the application's index is. */
    public static final long OFFSET_TAIL = 36;
    /** An int: where the refill entries begin. */
    public static final long OFFSET_ENTRIES = 40;
    /** An int: the number that receives name. */
    public static final long ID = 64;

    /** The size of the area's description. */
    public static final long AREA_BYTES = 48;
    /** A long: where the memory begins. */
    public static final long AREA_START = 0;
    /** A long: its length. */
    public static final long AREA_LENGTH = 8;
    /** A long: what is added to offsets that are given back. */
    public static final long AREA_TOKEN = 16;
}
