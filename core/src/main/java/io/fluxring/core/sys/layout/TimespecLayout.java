package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** A time or a duration, {@code struct __kernel_timespec}: both fields have 64 bits on every architecture. */
public final class TimespecLayout {
    private TimespecLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 16;
    /** A long: the seconds. */
    public static final long SECONDS = 0;
    /** A long: the nanoseconds beside them. */
    public static final long NANOS = 8;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /**
     * Writes a duration, or a time since a clock's zero.
     *
     * @param timespec where to
     * @param nanos in nanoseconds, not negative
     */
    public static void put(MemorySegment timespec, long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos is negative: " + nanos);
        }
        Access.putLong(timespec, SECONDS, nanos / NANOS_PER_SECOND);
        Access.putLong(timespec, NANOS, nanos % NANOS_PER_SECOND);
    }
}
