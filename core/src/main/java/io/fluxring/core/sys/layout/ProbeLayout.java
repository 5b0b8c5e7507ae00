package io.fluxring.core.sys.layout;

/** Which operations a kernel has, {@code struct io_uring_probe} with its {@code struct io_uring_probe_op}s. */
public final class ProbeLayout {
    private ProbeLayout() {}

    /** A byte: how many entries were filled. */
    public static final long COUNT = 1;
    /** Where the entries begin. */
    public static final long ENTRIES = 16;

    /** The size of an entry. */
    public static final long ENTRY_BYTES = 8;
    /** A short: 1 for an operation that is there. */
    public static final long ENTRY_FLAGS = 2;
}
