package io.fluxring.core.file.whole;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.StatLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What identifies a file, and what of its attributes another one can be given.
 *
 * @param device on which it is
 * @param inode its number there
 * @param links how many names it has
 * @param mode type and permissions
 * @param user the owner
 * @param group the owner's group
 * @param sizeBytes its size
 * @param usedBytes what it takes on the device
 * @param times of the last access and the last change, each as seconds and nanoseconds
 */
record FileFacts(
        long device,
        long inode,
        int links,
        int mode,
        int user,
        int group,
        long sizeBytes,
        long usedBytes,
        Times times) {
    private static final int BLOCK_BYTES = 512;
    private static final int PERMISSIONS = 07777;

    /** Two times, as the kernel takes them. */
    record Times(long accessSeconds, long accessNanos, long modifySeconds, long modifyNanos) {
        /** Two {@code struct timespec}. */
        MemorySegment write(MemorySegment times) {
            times.setAtIndex(ValueLayout.JAVA_LONG, 0, accessSeconds);
            times.setAtIndex(ValueLayout.JAVA_LONG, 1, accessNanos);
            times.setAtIndex(ValueLayout.JAVA_LONG, 2, modifySeconds);
            times.setAtIndex(ValueLayout.JAVA_LONG, 3, modifyNanos);
            return times;
        }
    }

    /** What {@link Times#write} fills. */
    static final long TIMES_BYTES = 4 * Long.BYTES;

    /** What the kernel knows of an open file, without a wait; of one that it can't look at, nothing but zeros. */
    static FileFacts of(OpenFile file) {
        MemorySegment stat = file.loop().scratch().take();
        try {
            stat.fill((byte) 0);
            file.loop()
                    .kernel()
                    .files()
                    .stat(file.file().number(), Libc.STATX_BASIC_STATS, stat.asSlice(0, StatLayout.BYTES));
            return of(stat);
        } finally {
            file.loop().scratch().giveBack(stat);
        }
    }

    /** What a {@code struct statx} says. */
    static FileFacts of(MemorySegment stat) {
        return new FileFacts(
                Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, StatLayout.DEV_MAJOR)) << 32
                        | Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, StatLayout.DEV_MINOR)),
                stat.get(ValueLayout.JAVA_LONG, StatLayout.INODE),
                stat.get(ValueLayout.JAVA_INT, StatLayout.LINKS),
                Short.toUnsignedInt(stat.get(ValueLayout.JAVA_SHORT, StatLayout.MODE)),
                stat.get(ValueLayout.JAVA_INT, StatLayout.USER),
                stat.get(ValueLayout.JAVA_INT, StatLayout.GROUP),
                stat.get(ValueLayout.JAVA_LONG, StatLayout.SIZE),
                stat.get(ValueLayout.JAVA_LONG, StatLayout.BLOCKS) * BLOCK_BYTES,
                new Times(
                        stat.get(ValueLayout.JAVA_LONG, StatLayout.ACCESS_TIME),
                        nanos(stat, StatLayout.ACCESS_TIME),
                        stat.get(ValueLayout.JAVA_LONG, StatLayout.MODIFY_TIME),
                        nanos(stat, StatLayout.MODIFY_TIME)));
    }

    private static long nanos(MemorySegment stat, long time) {
        return stat.get(ValueLayout.JAVA_INT, time + StatLayout.NANOS);
    }

    boolean isSameFile(FileFacts other) {
        return device == other.device && inode == other.inode;
    }

    int type() {
        return mode & Libc.S_IFMT;
    }

    int permissions() {
        return mode & PERMISSIONS;
    }

    /** Whether it takes less room than its size: it has holes. */
    boolean isSparse() {
        return usedBytes < sizeBytes;
    }
}
