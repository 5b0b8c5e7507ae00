package io.fluxring.core.sys.layout;

/** The argument of a timed wait, {@code struct io_uring_getevents_arg}, with the timespec it points to behind it. */
public final class WaitLayout {
    private WaitLayout() {}

    /** The size of the argument alone. */
    public static final long ARGUMENT_BYTES = 24;
    /** A long: the signal mask's address, or 0. */
    public static final long SIGMASK = 0;
    /** An int: its size. */
    public static final long SIGMASK_SIZE = 8;
    /** An int: the minimal wait in microseconds. */
    public static final long MIN_WAIT_MICROS = 12;
    /** A long: the time limit's address, or 0. */
    public static final long TIMESPEC_ADDRESS = 16;

    /** A long: the seconds of the time limit. */
    public static final long SECONDS = 24;
    /** A long: its nanoseconds. */
    public static final long NANOS = 32;
    /** The size of both. */
    public static final long BYTES = 40;

    // The same in a registered region, struct io_uring_reg_wait.
    /** The size of a registered argument. */
    public static final long REGISTERED_BYTES = 64;
    /** A long: the seconds of the time limit. */
    public static final long REGISTERED_SECONDS = 0;
    /** A long: its nanoseconds. */
    public static final long REGISTERED_NANOS = 8;
    /** An int: the minimal wait in microseconds. */
    public static final long REGISTERED_MIN_WAIT_MICROS = 16;
    /** An int: {@code IORING_REG_WAIT_*}. */
    public static final long REGISTERED_FLAGS = 20;

    // Which clock waits are measured by, struct io_uring_clock_register.
    /** The size of a choice of clock. */
    public static final long CLOCK_BYTES = 16;
    /** An int: {@code CLOCK_*}. */
    public static final long CLOCK = 0;
}
