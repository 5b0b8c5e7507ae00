package io.fluxring.core.sys.layout;

/**
 * A table of registered buffers or files, {@code struct io_uring_rsrc_register}; a change of some of its slots,
 * {@code struct io_uring_rsrc_update2}, whose beginning is also {@code struct io_uring_rsrc_update}; a range of slots,
 * {@code struct io_uring_file_index_range}; and a copy of another ring's buffers, {@code struct io_uring_clone_buffers}.
 */
public final class ResourceLayout {
    private ResourceLayout() {}

    /** The size of a registration. */
    public static final int REGISTER_BYTES = 32;
    /** An int: how many slots there are. */
    public static final long REGISTER_COUNT = 0;
    /** An int: {@code IORING_RSRC_REGISTER_*}. */
    public static final long REGISTER_FLAGS = 4;
    /** A long: the address of the resources. */
    public static final long REGISTER_DATA = 16;
    /** A long: the address of their tags, or 0. */
    public static final long REGISTER_TAGS = 24;

    /** The size of an update. */
    public static final int UPDATE_BYTES = 32;
    /** An int: the first slot. */
    public static final long UPDATE_FIRST = 0;
    /** A long: the address of the resources. */
    public static final long UPDATE_DATA = 8;
    /** A long: the address of their tags, or 0. */
    public static final long UPDATE_TAGS = 16;
    /** An int: how many slots. */
    public static final long UPDATE_COUNT = 24;

    /** The size of a range. */
    public static final long RANGE_BYTES = 16;
    /** An int: the first slot. */
    public static final long RANGE_FIRST = 0;
    /** An int: how many slots. */
    public static final long RANGE_COUNT = 4;

    /** Since Linux 6.12. */
    public static final long CLONE_BYTES = 32;

    /** An int: the ring that has the buffers. */
    public static final long CLONE_SOURCE_FD = 0;
    /** An int: {@code IORING_REGISTER_*}. */
    public static final long CLONE_FLAGS = 4;
    /** An int: the first slot there. */
    public static final long CLONE_SOURCE_FIRST = 8;
    /** An int: the first slot here. */
    public static final long CLONE_FIRST = 12;
    /** An int: how many slots, 0 for all. */
    public static final long CLONE_COUNT = 16;
}
