package io.fluxring.core.sys.layout;

/** How a ring's waits poll network devices, {@code struct io_uring_napi}. Since Linux 6.9, with commands 6.13. */
public final class NapiLayout {
    private NapiLayout() {}

    public static final long BYTES = 16;
    public static final long POLL_MICROS = 0;
    public static final long PREFER = 4; // a byte
    public static final long COMMAND = 5; // a byte
    public static final long PARAMETER = 8;
}
