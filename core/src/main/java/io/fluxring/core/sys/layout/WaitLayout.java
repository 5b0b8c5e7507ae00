package io.fluxring.core.sys.layout;

/** The argument of a timed wait, {@code struct io_uring_getevents_arg}, with the timespec it points to behind it. */
public final class WaitLayout {
    private WaitLayout() {}

    public static final long ARGUMENT_BYTES = 24;
    public static final long SIGMASK = 0;
    public static final long SIGMASK_SIZE = 8;
    public static final long MIN_WAIT_MICROS = 12;
    public static final long TIMESPEC_ADDRESS = 16;

    public static final long SECONDS = 24;
    public static final long NANOS = 32;
    public static final long BYTES = 40;

    // The same in a registered region, struct io_uring_reg_wait.
    public static final long REGISTERED_BYTES = 64;
    public static final long REGISTERED_SECONDS = 0;
    public static final long REGISTERED_NANOS = 8;
    public static final long REGISTERED_MIN_WAIT_MICROS = 16;
    public static final long REGISTERED_FLAGS = 20;

    // Which clock waits are measured by, struct io_uring_clock_register.
    public static final long CLOCK_BYTES = 16;
    public static final long CLOCK = 0;
}
