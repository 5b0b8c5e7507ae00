package io.fluxring.reactor.file;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.StatLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the file system knows of a file, {@code statx(2)}, at one moment.
 *
 * @param type what it is
 * @param sizeBytes its length; of a symbolic link the length of what it says; 0 or a lie for most of what is below {@code /proc} and
 *     {@code /sys}
 * @param mode its permissions as twelve bits: {@code 07000} for set-user-ID, set-group-ID and sticky, and what {@link #permissions()} tells
 * @param userId its owner, 0 to 4,294,967,295
 * @param groupId its owner's group, 0 to 4,294,967,295
 * @param inode its number, which is unique within {@code device} while the file exists; unsigned
 * @param links how many names it has
 * @param accessed when it was last read, as far as the mount keeps that
 * @param modified when its contents were last written
 * @param changed when its contents or anything told here last changed
 * @param created when it was made; null where the file system does not keep that
 * @param allocatedBytes what it takes on the device: less than {@code sizeBytes} where it has holes
 * @param blockBytes the size that reads and writes had best have
 * @param device where it is
 * @param represents of a device file the device that it stands for; 0:0 for others
 * @param mount the number of the mount, as in {@code /proc/self/mountinfo}; 0 where the kernel does not tell
 * @param directAlignment what reads and writes past the page cache have to be aligned to; null where there are none, and where
 *     the file system does not tell
 * @param flags what else is known of it
 */
public record FileStat(
        Type type,
        long sizeBytes,
        int mode,
        long userId,
        long groupId,
        long inode,
        long links,
        Instant accessed,
        Instant modified,
        Instant changed,
        @Nullable Instant created,
        long allocatedBytes,
        int blockBytes,
        Device device,
        Device represents,
        long mount,
        @Nullable DirectAlignment directAlignment,
        Set<Flag> flags) {

    /** What a file is. */
    public enum Type {
        /** Has contents. */
        REGULAR_FILE(Libc.S_IFREG),
        /** Has names of files. */
        DIRECTORY(Libc.S_IFDIR),
        /** Says a path. Told only with {@link java.nio.file.LinkOption#NOFOLLOW_LINKS}. */
        SYMBOLIC_LINK(Libc.S_IFLNK),
        /** A pipe with or without a name. */
        PIPE(Libc.S_IFIFO),
        /** A socket. */
        SOCKET(Libc.S_IFSOCK),
        /** A device that is read and written byte by byte, such as a terminal. */
        CHARACTER_DEVICE(Libc.S_IFCHR),
        /** A device of blocks, such as a disk. */
        BLOCK_DEVICE(Libc.S_IFBLK),
        /** What the kernel makes for itself and gives no type, such as an {@code eventfd}. */
        OTHER(0);

        private final int bits;

        Type(int bits) {
            this.bits = bits;
        }

        private static Type of(int mode) {
            for (Type each : values()) {
                if (each.bits == (mode & Libc.S_IFMT)) {
                    return each;
                }
            }
            return OTHER;
        }
    }

    /**
     * A device's number.
     *
     * @param major which driver has it, unsigned
     * @param minor which of the driver's it is, unsigned
     */
    public record Device(int major, int minor) {
        @Override
        public String toString() {
            return Integer.toUnsignedString(major) + ":" + Integer.toUnsignedString(minor);
        }
    }

    /**
     * What direct I/O has to be aligned to.
     *
     * @param memoryBytes what addresses are a multiple of
     * @param positionBytes what positions and lengths are a multiple of
     */
    public record DirectAlignment(int memoryBytes, int positionBytes) {}

    /** What else is known of a file, {@code STATX_ATTR_*}. */
    public enum Flag {
        /** The file system has compressed it. */
        COMPRESSED(0x4),
        /** It can't be changed, renamed, linked to or deleted. */
        IMMUTABLE(0x10),
        /** It can be appended to, and not be written otherwise. */
        APPEND_ONLY(0x20),
        /** Backups leave it out. */
        NO_DUMP(0x40),
        /** A key is needed to read it. */
        ENCRYPTED(0x800),
        /** Going into it makes the kernel mount something there. */
        AUTOMOUNT(0x1000),
        /** Something is mounted here. */
        MOUNT_ROOT(0x2000),
        /** Each read is checked against a hash ({@code fs-verity}). */
        VERITY(0x10_0000),
        /** It is in memory that keeps its contents, and there is no page cache in between. */
        DIRECT_ACCESS(0x20_0000);

        private final long bit;

        Flag(long bit) {
            this.bit = bit;
        }

        private static Set<Flag> of(long bits) {
            EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
            for (Flag each : values()) {
                if ((bits & each.bit) != 0) {
                    flags.add(each);
                }
            }
            return flags;
        }
    }

    /** What is asked for. */
    static final int MASK = Libc.STATX_BASIC_STATS | Libc.STATX_BTIME | Libc.STATX_MNT_ID | Libc.STATX_DIOALIGN;

    /** By these the kernel counts blocks, whatever the file system's are. */
    private static final long BLOCK_UNIT_BYTES = 512;

    private static final int PERMISSION_BITS = 07777;

    /** By falling bits, from {@code 0400} down to {@code 0001}. */
    private static final List<PosixFilePermission> PERMISSIONS = List.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    /** What was found. The flags are copied. */
    public FileStat {
        flags = flags.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(flags));
    }

    /** What is in a {@code struct statx}. */
    static FileStat of(MemorySegment stat) {
        int mode = Short.toUnsignedInt(stat.get(ValueLayout.JAVA_SHORT, StatLayout.MODE));
        return new FileStat(
                Type.of(mode),
                stat.get(ValueLayout.JAVA_LONG, StatLayout.SIZE),
                mode & PERMISSION_BITS,
                unsignedInt(stat, StatLayout.USER),
                unsignedInt(stat, StatLayout.GROUP),
                stat.get(ValueLayout.JAVA_LONG, StatLayout.INODE),
                unsignedInt(stat, StatLayout.LINKS),
                time(stat, StatLayout.ACCESS_TIME),
                time(stat, StatLayout.MODIFY_TIME),
                time(stat, StatLayout.CHANGE_TIME),
                has(stat, Libc.STATX_BTIME) ? time(stat, StatLayout.BIRTH_TIME) : null,
                stat.get(ValueLayout.JAVA_LONG, StatLayout.BLOCKS) * BLOCK_UNIT_BYTES,
                stat.get(ValueLayout.JAVA_INT, StatLayout.BLOCK_SIZE),
                device(stat, StatLayout.DEV_MAJOR, StatLayout.DEV_MINOR),
                device(stat, StatLayout.RDEV_MAJOR, StatLayout.RDEV_MINOR),
                has(stat, Libc.STATX_MNT_ID) ? stat.get(ValueLayout.JAVA_LONG, StatLayout.MOUNT) : 0,
                has(stat, Libc.STATX_DIOALIGN) ? directAlignment(stat) : null,
                Flag.of(stat.get(ValueLayout.JAVA_LONG, StatLayout.ATTRIBUTES)));
    }

    private static boolean has(MemorySegment stat, int bit) {
        return (stat.get(ValueLayout.JAVA_INT, StatLayout.MASK) & bit) != 0;
    }

    private static long unsignedInt(MemorySegment stat, long offset) {
        return Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, offset));
    }

    private static Device device(MemorySegment stat, long major, long minor) {
        return new Device(stat.get(ValueLayout.JAVA_INT, major), stat.get(ValueLayout.JAVA_INT, minor));
    }

    private static @Nullable DirectAlignment directAlignment(MemorySegment stat) {
        int memoryBytes = stat.get(ValueLayout.JAVA_INT, StatLayout.DIRECT_MEMORY_ALIGNMENT);
        int positionBytes = stat.get(ValueLayout.JAVA_INT, StatLayout.DIRECT_OFFSET_ALIGNMENT);
        return positionBytes == 0 ? null : new DirectAlignment(memoryBytes, positionBytes);
    }

    /** A time that a file system takes may be beyond what an Instant can be: then it is the last, or the first, that there is. */
    private static Instant time(MemorySegment stat, long offset) {
        long seconds = stat.get(ValueLayout.JAVA_LONG, offset);
        if (seconds > Instant.MAX.getEpochSecond()) {
            return Instant.MAX;
        }
        if (seconds < Instant.MIN.getEpochSecond()) {
            return Instant.MIN;
        }
        return Instant.ofEpochSecond(seconds, unsignedInt(stat, offset + StatLayout.NANOS));
    }

    /** {@return who may read, write and execute it, of {@code mode}} */
    public Set<PosixFilePermission> permissions() {
        EnumSet<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        int bit = 0400;
        for (PosixFilePermission each : PERMISSIONS) {
            if ((mode & bit) != 0) {
                permissions.add(each);
            }
            bit >>= 1;
        }
        return permissions;
    }

    /** {@return whether it is an ordinary file} */
    public boolean isRegularFile() {
        return type == Type.REGULAR_FILE;
    }

    /** {@return whether it is a directory} */
    public boolean isDirectory() {
        return type == Type.DIRECTORY;
    }

    /** {@return whether it is a symbolic link} */
    public boolean isSymbolicLink() {
        return type == Type.SYMBOLIC_LINK;
    }

    /**
     * {@return whether both are of one file, perhaps by different names}
     *
     * @param other found while this file existed
     */
    public boolean isSameFile(FileStat other) {
        return inode == other.inode && device.equals(other.device);
    }
}
