package io.fluxring.core.sys.layout;

/**
 * Memory that the kernel and the application share, {@code struct io_uring_region_desc}, and its registration with a ring,
 * {@code struct io_uring_mem_region_reg}. Since Linux 6.13.
 */
public final class RegionLayout {
    private RegionLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 64;
    /** A long: where the memory begins. */
    public static final long ADDRESS = 0;
    /** A long: its length. */
    public static final long LENGTH = 8;
    /** An int: {@code IORING_MEM_REGION_TYPE_*}. */
    public static final long FLAGS = 16;

    /** The size of a registration. */
    public static final long REGISTRATION_BYTES = 32;
    /** A long: the region's address. */
    public static final long REGISTRATION_REGION_ADDRESS = 0;
    /** A long: {@code IORING_MEM_REGION_REG_*}. */
    public static final long REGISTRATION_FLAGS = 8;
}
