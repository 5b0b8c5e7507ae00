package io.fluxring.core.sys.layout;

/**
 * What {@code statx(2)} tells of a file, {@code struct statx}. A field is valid when its bit is set in the mask. Times
 * are eight bytes of seconds and, at {@link #NANOS}, four of nanoseconds.
 */
public final class StatLayout {
    private StatLayout() {}

    public static final long BYTES = 256;

    public static final long MASK = 0; // u32: STATX_* of what is valid
    public static final long BLOCK_SIZE = 4; // u32
    public static final long ATTRIBUTES = 8; // u64
    public static final long LINKS = 16; // u32
    public static final long USER = 20; // u32
    public static final long GROUP = 24; // u32
    public static final long MODE = 28; // u16: type and permissions
    public static final long INODE = 32; // u64
    public static final long SIZE = 40; // u64: bytes
    public static final long BLOCKS = 48; // u64: of 512 bytes
    public static final long ATTRIBUTES_MASK = 56; // u64: which attributes the file system knows
    public static final long ACCESS_TIME = 64;
    public static final long BIRTH_TIME = 80;
    public static final long CHANGE_TIME = 96;
    public static final long MODIFY_TIME = 112;
    public static final long RDEV_MAJOR = 128; // u32
    public static final long RDEV_MINOR = 132; // u32
    public static final long DEV_MAJOR = 136; // u32
    public static final long DEV_MINOR = 140; // u32
    public static final long MOUNT = 144; // u64, 5.8
    public static final long DIRECT_MEMORY_ALIGNMENT = 152; // u32: of O_DIRECT, 6.1
    public static final long DIRECT_OFFSET_ALIGNMENT = 156; // u32: of O_DIRECT, 6.1

    /** Within a time: the offset of its nanoseconds, u32. */
    public static final long NANOS = 8;
}
