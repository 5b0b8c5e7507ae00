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

    /** The size in bytes. */
    public static final long BYTES = 64;
    /** The logarithm of the size. */
    public static final int SHIFT = 6;

    /** Where a command's own bytes begin: 16 of them, or 80 in an entry of 128 bytes. */
    public static final long COMMAND = 48;

    /** The word with operation, flags, priority and descriptor. */
    public static final long HEAD = 0;
    /** A byte: {@code IOSQE_*}. */
    public static final long FLAGS = 1;
    /** A short: the priority, or more flags. */
    public static final long PRIORITY = 2;
    /** An int: the descriptor. */
    public static final long FD = 4;
    /** A long: the position, or a second address. */
    public static final long OFF = 8;
    /** A long: the address. */
    public static final long ADDR = 16;
    /** An int: the length. */
    public static final long LEN = 24;
    /** An int: the operation's own flags. */
    public static final long OP_FLAGS = 28;
    /** A long: what the completions carry. */
    public static final long USER_DATA = 32;
    /** A short: a buffer's index, or a group's number. */
    public static final long BUFFER = 40;
    /** A short: the credentials' number. */
    public static final long PERSONALITY = 42;
    /** An int: the slot of a new descriptor. */
    public static final long FILE_INDEX = 44;
    /** A long: a third address. */
    public static final long ADDR3 = 48;
    /** A long: 0. */
    public static final long PAD = 56;

    /**
     * Word 0, without flags.
     *
     * @param opcode the operation
     * @param priority the priority, or more flags
     * @param fd the descriptor
     * @return the word
     */
    public static long head(Opcode opcode, int priority, int fd) {
        return opcode.code() | (priority & 0xffffL) << 16 | (long) fd << 32;
    }

    /**
     * Word 24.
     *
     * @param length the length
     * @param operationFlags the operation's own flags
     * @return the word
     */
    public static long length(int length, int operationFlags) {
        return (length & 0xffffffffL) | (long) operationFlags << 32;
    }

    /**
     * Word 40.
     *
     * @param bufferGroup a buffer's index, or a group's number
     * @param fileIndex the slot of a new descriptor
     * @return the word
     */
    public static long buffer(int bufferGroup, int fileIndex) {
        return (bufferGroup & 0xffffL) | (long) fileIndex << 32;
    }
}
