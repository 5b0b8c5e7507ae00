package io.fluxring.core.sys.layout;

/** How a ring's waits poll network devices, {@code struct io_uring_napi}. Since Linux 6.9, with commands 6.13. */
public final class NapiLayout {
    private NapiLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 16;
    /** An int: for how long to poll, in microseconds. */
    public static final long POLL_MICROS = 0;
    /** A byte: 1 to hold interrupts off. */
    public static final long PREFER = 4;
    /** A byte: what to do. */
    public static final long COMMAND = 5;
    /** An int: its argument. */
    public static final long PARAMETER = 8;
}
