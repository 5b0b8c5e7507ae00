package io.fluxring.core.file;

import io.fluxring.core.sys.Libc;

/**
 * Where a {@link FileWriter} writes, and what is made durable.
 *
 * @param position where it begins, in bytes; {@link #CURRENT} for the file's own position and {@link #APPEND} for its end, with one write
 *     at a time
 * @param writeBehind how many writes may be on their way, 1 or more
 * @param sync what is made durable
 */
public record WritePlan(long position, int writeBehind, Sync sync) {
    /** The file's own position, which the write moves. */
    public static final long CURRENT = SteppedTransfer.CURRENT;

    /** Each write goes to what is the end of the file by then. */
    public static final long APPEND = -2;

    /** The most writes of one writer at a time. */
    public static final int MOST_WRITE_BEHIND = 256;

    /** What is made durable, and when. */
    public enum Sync {
        /** Nothing: the kernel writes to the device when it likes. */
        NONE,
        /** At the end, what is needed to read the bytes again: {@code fdatasync(2)}. */
        DATA,
        /** At the end, with all of the file's attributes: {@code fsync(2)}. */
        FULL,
        /** Each write, before it counts: {@code RWF_DSYNC}. */
        EACH_WRITE
    }

    /** Checks the numbers. */
    public WritePlan {
        if (position < APPEND) {
            throw new IllegalArgumentException(
                    "a position can't be negative, apart from CURRENT and APPEND: " + position);
        }
        if (writeBehind < 1 || writeBehind > MOST_WRITE_BEHIND) {
            throw new IllegalArgumentException(
                    "writes behind must be between 1 and " + MOST_WRITE_BEHIND + ": " + writeBehind);
        }
    }

    /** {@code RWF_*} of each write. */
    int rwFlags() {
        return (position == APPEND ? Libc.RWF_APPEND : 0) | (sync == Sync.EACH_WRITE ? Libc.RWF_DSYNC : 0);
    }
}
