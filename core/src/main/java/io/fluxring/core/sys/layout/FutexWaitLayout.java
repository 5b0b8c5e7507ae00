package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** One futex of several that are waited for, {@code struct futex_waitv}. */
public final class FutexWaitLayout {
    private FutexWaitLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 24;
    /** A long: the expected value. */
    public static final long VALUE = 0;
    /** A long: the futex's address. */
    public static final long ADDRESS = 8;
    /** An int: {@code FUTEX2_*}. */
    public static final long FLAGS = 16;
    /** An int: 0. */
    public static final long RESERVED = 20;

    /**
     * Writes one element of an array.
     *
     * @param array the array's memory
     * @param index which element
     * @param futexAddress the futex, 4 bytes, aligned
     * @param value what the futex is expected to hold, as an unsigned number of 32 bits
     * @param flags {@link io.fluxring.core.sys.Libc#FUTEX2_SIZE_U32} and its likes
     */
    public static void put(MemorySegment array, int index, long futexAddress, long value, int flags) {
        long at = index * BYTES;
        Access.putLong(array, at + VALUE, value);
        Access.putLong(array, at + ADDRESS, futexAddress);
        Access.putInt(array, at + FLAGS, flags);
        Access.putInt(array, at + RESERVED, 0);
    }
}
