package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** How {@code openat2(2)} opens, {@code struct open_how}. */
public final class OpenHowLayout {
    private OpenHowLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 24;

    /** A long: {@code O_*}. */
    public static final long FLAGS = 0;
    /** A long: the permissions of a new file. */
    public static final long MODE = 8;
    /** A long: {@code RESOLVE_*}. */
    public static final long RESOLVE = 16;

    /**
     * Writes all of it.
     *
     * @param how its memory, aligned to 8 bytes
     * @param openFlags {@link io.fluxring.core.sys.Libc#O_RDONLY} and its likes; one that is unknown is an error, other than
     *     for {@code openat(2)}
     * @param mode the permissions of a file that is made, 0 when none is
     * @param resolve {@link io.fluxring.core.sys.Libc#RESOLVE_BENEATH} and its likes
     */
    public static void put(MemorySegment how, int openFlags, int mode, int resolve) {
        Access.putLong(how, FLAGS, Integer.toUnsignedLong(openFlags));
        Access.putLong(how, MODE, Integer.toUnsignedLong(mode));
        Access.putLong(how, RESOLVE, Integer.toUnsignedLong(resolve));
    }
}
