package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Opcode;

/**
 * A submission queue entry, {@code struct io_uring_sqe}, as eight little-endian words. Every entry is written whole, word by
 * word, so that no stale byte of its predecessor is left.
 *
 * <pre>{@code
 *  word  bytes
 *   0    0 opcode | 1 flags | 2 ioprio | 4 fd
 *   8    off, or address 2
 *  16    address
 *  24    24 len | 28 the operation's own flags
 *  32    user data
 *  40    40 buffer index or group | 42 personality | 44 file index
 *  48    address 3
 *  56    (unused)
 * }</pre>
 */
public final class SqeLayout {
    private SqeLayout() {}

    public static final long BYTES = 64;
    public static final int SHIFT = 6;

    /** Where a command's own bytes begin: 16 of them, or 80 in an entry of 128 bytes. */
    public static final long COMMAND = 48;

    public static final long HEAD = 0;
    public static final long FLAGS = 1;
    public static final long PRIORITY = 2;
    public static final long FD = 4;
    public static final long OFF = 8;
    public static final long ADDR = 16;
    public static final long LEN = 24;
    public static final long OP_FLAGS = 28;
    public static final long USER_DATA = 32;
    public static final long BUFFER = 40;
    public static final long PERSONALITY = 42;
    public static final long FILE_INDEX = 44;
    public static final long ADDR3 = 48;
    public static final long PAD = 56;

    /** Word 0. */
    public static long head(Opcode opcode, int priority, int fd) {
        return opcode.code() | (priority & 0xffffL) << 16 | (long) fd << 32;
    }

    /** Word 24. */
    public static long length(int length, int operationFlags) {
        return (length & 0xffffffffL) | (long) operationFlags << 32;
    }

    /** Word 40. */
    public static long buffer(int bufferGroup, int fileIndex) {
        return (bufferGroup & 0xffffL) | (long) fileIndex << 32;
    }
}
