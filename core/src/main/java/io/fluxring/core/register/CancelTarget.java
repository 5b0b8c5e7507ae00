package io.fluxring.core.register;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;

/**
 * Which operations a cancel is about: those that match every key that was given. Immutable; start from one key and add others.
 * Without {@link #all} it is about one operation, any of those that match.
 */
public final class CancelTarget {
    private final int flags;
    private final long userData;
    private final int fd;
    private final int operation;

    private CancelTarget(int flags, long userData, int fd, int operation) {
        this.flags = flags;
        this.userData = userData;
        this.fd = fd;
        this.operation = operation;
    }

    /** {@return every operation of the ring, whatever it is} Since Linux 5.19. */
    public static CancelTarget everything() {
        return new CancelTarget(Abi.ASYNC_CANCEL_ANY | Abi.ASYNC_CANCEL_ALL, 0, -1, 0);
    }

    /**
     * {@return an operation with this user data}
     *
     * @param userData to look for
     */
    public static CancelTarget userData(long userData) {
        return new CancelTarget(0, userData, -1, 0);
    }

    /**
     * {@return an operation on this file; it is the file that counts, not the number} Timeouts have none. Since Linux
     * 5.19.
     *
     * @param fd a descriptor of the file
     */
    public static CancelTarget fd(int fd) {
        return new CancelTarget(Abi.ASYNC_CANCEL_FD, 0, requireFd(fd), 0);
    }

    /**
     * {@return an operation on the file in this slot of the registered files} Since Linux 6.0.
     *
     * @param slot of the registered files
     */
    public static CancelTarget directFd(int slot) {
        return new CancelTarget(Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_FD_FIXED, 0, requireFd(slot), 0);
    }

    /**
     * {@return an operation of this kind} Since Linux 6.6.
     *
     * @param operation the kind
     */
    public static CancelTarget operation(Opcode operation) {
        return new CancelTarget(Abi.ASYNC_CANCEL_OP, 0, -1, operation.code());
    }

    /**
     * {@return this target, for operations with this user data alone} Since Linux 6.6.
     *
     * @param other to look for
     */
    public CancelTarget withUserData(long other) {
        return new CancelTarget(combine(Abi.ASYNC_CANCEL_USERDATA), other, fd, operation);
    }

    /**
     * {@return this target, for operations of this kind alone} Since Linux 6.6.
     *
     * @param other the kind
     */
    public CancelTarget withOperation(Opcode other) {
        return new CancelTarget(combine(Abi.ASYNC_CANCEL_OP), userData, fd, other.code());
    }

    /** {@return this target, for all operations that match and not just one} Since Linux 5.19. */
    public CancelTarget all() {
        return new CancelTarget(flags | Abi.ASYNC_CANCEL_ALL, userData, fd, operation);
    }

    /** {@return the {@code IORING_ASYNC_CANCEL_*} flags} */
    int flags() {
        return flags;
    }

    /** {@return the user data to match, when the flags or the want of any say that it counts} */
    long userData() {
        return userData;
    }

    /** {@return the descriptor or slot to match, -1 for none} */
    int fd() {
        return fd;
    }

    /** {@return the code of the operation to match, when the flags say that it counts} */
    int operation() {
        return operation;
    }

    /** User data alone is what the kernel looks for when no flag says otherwise; beside other keys it needs a flag too. */
    private int combine(int key) {
        if ((flags & Abi.ASYNC_CANCEL_ANY) != 0) {
            throw new IllegalStateException("everything has no further key");
        }
        int keys = Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_OP | Abi.ASYNC_CANCEL_USERDATA;
        return flags | key | ((flags & keys) == 0 ? Abi.ASYNC_CANCEL_USERDATA : 0);
    }

    private static int requireFd(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("not a descriptor: " + fd);
        }
        return fd;
    }

    @Override
    public String toString() {
        return "CancelTarget[flags=0x" + Integer.toHexString(flags) + ", userData=0x" + Long.toHexString(userData)
                + ", fd=" + fd + ", operation=" + operation + "]";
    }
}
