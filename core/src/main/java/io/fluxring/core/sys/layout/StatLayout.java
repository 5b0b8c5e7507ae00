package io.fluxring.core.sys.layout;

/**
 * What {@code statx(2)} tells of a file, {@code struct statx}. A field is valid when its bit is set in the mask. Times
 * are eight bytes of seconds and, at {@link #NANOS}, four of nanoseconds.
 */
public final class StatLayout {
    private StatLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 256;

    /** An int: {@code STATX_*} of what is valid. */
    public static final long MASK = 0;
    /** An int: the size that reads and writes had best have. */
    public static final long BLOCK_SIZE = 4;
    /** A long: {@code STATX_ATTR_*}. */
    public static final long ATTRIBUTES = 8;
    /** An int: how many names the file has. */
    public static final long LINKS = 16;
    /** An int: the owner. */
    public static final long USER = 20;
    /** An int: the owner's group. */
    public static final long GROUP = 24;
    /** A short: type and permissions. */
    public static final long MODE = 28;
    /** A long: the inode's number. */
    public static final long INODE = 32;
    /** A long: the size in bytes. */
    public static final long SIZE = 40;
    /** A long: what it takes on the device, in units of 512 bytes. */
    public static final long BLOCKS = 48;
    /** A long: which attributes the file system knows. */
    public static final long ATTRIBUTES_MASK = 56;
    /** The time of the last access. */
    public static final long ACCESS_TIME = 64;
    /** The time when it was made. */
    public static final long BIRTH_TIME = 80;
    /** The time of the last change of its metadata. */
    public static final long CHANGE_TIME = 96;
    /** The time of the last change of its contents. */
    public static final long MODIFY_TIME = 112;
    /** An int: of the device that it stands for, the upper number. */
    public static final long RDEV_MAJOR = 128;
    /** An int: of the device that it stands for, the lower number. */
    public static final long RDEV_MINOR = 132;
    /** An int: of the device that it is on, the upper number. */
    public static final long DEV_MAJOR = 136;
    /** An int: of the device that it is on, the lower number. */
    public static final long DEV_MINOR = 140;
    /** A long: the mount's number. Since Linux 5.8. */
    public static final long MOUNT = 144;
    /** An int: what addresses for {@code O_DIRECT} are a multiple of. Since Linux 6.1. */
    public static final long DIRECT_MEMORY_ALIGNMENT = 152;
    /** An int: what positions for {@code O_DIRECT} are a multiple of. Since Linux 6.1. */
    public static final long DIRECT_OFFSET_ALIGNMENT = 156;

    /** Within a time: the offset of its nanoseconds, u32. */
    public static final long NANOS = 8;
}
