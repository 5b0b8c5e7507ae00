package io.fluxring.core.sys.layout;

/** Which operations a kernel has, {@code struct io_uring_probe} with its {@code struct io_uring_probe_op}s. */
public final class ProbeLayout {
    private ProbeLayout() {}

    public static final long COUNT = 1; // a byte: of the entries that were filled
    public static final long ENTRIES = 16;

    public static final long ENTRY_BYTES = 8;
    public static final long ENTRY_FLAGS = 2; // a short
}
