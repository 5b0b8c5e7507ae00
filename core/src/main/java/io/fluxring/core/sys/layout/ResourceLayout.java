package io.fluxring.core.sys.layout;

/**
 * A table of registered buffers or files, {@code struct io_uring_rsrc_register}; a change of some of its slots,
 * {@code struct io_uring_rsrc_update2}, whose beginning is also {@code struct io_uring_rsrc_update}; a range of slots,
 * {@code struct io_uring_file_index_range}; and a copy of another ring's buffers, {@code struct io_uring_clone_buffers}.
 */
public final class ResourceLayout {
    private ResourceLayout() {}

    public static final int REGISTER_BYTES = 32;
    public static final long REGISTER_COUNT = 0;
    public static final long REGISTER_FLAGS = 4;
    public static final long REGISTER_DATA = 16;
    public static final long REGISTER_TAGS = 24;

    public static final int UPDATE_BYTES = 32;
    public static final long UPDATE_FIRST = 0;
    public static final long UPDATE_DATA = 8;
    public static final long UPDATE_TAGS = 16;
    public static final long UPDATE_COUNT = 24;

    public static final long RANGE_BYTES = 16;
    public static final long RANGE_FIRST = 0;
    public static final long RANGE_COUNT = 4;

    /** Since Linux 6.12. */
    public static final long CLONE_BYTES = 32;

    public static final long CLONE_SOURCE_FD = 0;
    public static final long CLONE_FLAGS = 4;
    public static final long CLONE_SOURCE_FIRST = 8;
    public static final long CLONE_FIRST = 12;
    public static final long CLONE_COUNT = 16;
}
