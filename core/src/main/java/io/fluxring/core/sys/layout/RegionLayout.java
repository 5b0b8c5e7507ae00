package io.fluxring.core.sys.layout;

/**
 * Memory that the kernel and the application share, {@code struct io_uring_region_desc}, and its registration with a ring,
 * {@code struct io_uring_mem_region_reg}. Since Linux 6.13.
 */
public final class RegionLayout {
    private RegionLayout() {}

    public static final long BYTES = 64;
    public static final long ADDRESS = 0;
    public static final long LENGTH = 8;
    public static final long FLAGS = 16;

    public static final long REGISTRATION_BYTES = 32;
    public static final long REGISTRATION_REGION_ADDRESS = 0;
    public static final long REGISTRATION_FLAGS = 8;
}
