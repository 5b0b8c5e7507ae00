package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** Whether a close waits for what is unsent, {@code struct linger} of the socket option {@code SO_LINGER}. */
public final class LingerLayout {
    private LingerLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 8;
    /** An int: 1 for a close that waits. */
    public static final long ON = 0;
    /** An int: for how long. */
    public static final long SECONDS = 4;

    /**
     * Writes all of it.
     *
     * @param linger its memory, aligned to 4 bytes
     * @param seconds how long a close waits at most; with 0 it drops what is unsent and resets the connection. Negative: closes
     *     do not wait, which is the default
     */
    public static void put(MemorySegment linger, int seconds) {
        Access.putInt(linger, ON, seconds < 0 ? 0 : 1);
        Access.putInt(linger, SECONDS, Math.max(seconds, 0));
    }
}
