package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;

/**
 * The operations on the ring itself: operations that do nothing, cancel others, speak to other rings, or change what is registered. In the order of the kernel's header. What holds for all of them is said at
 * {@link Sqe}.
 */
public sealed interface RingSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /** Does nothing, and completes with 0. */
    @Prepares(Opcode.NOP)
    default Sqe prepNop() {
        return entry().write(Opcode.NOP, 0, -1, 0, 0, 0, 0, 0, 0);
    }

    /** Does nothing, and completes with a given result. Since Linux 6.10. */
    @Prepares(value = Opcode.NOP, since = "6.10")
    default Sqe prepNop(int result) {
        return entry().write(Opcode.NOP, 0, -1, 0, 0, result, Abi.NOP_INJECT_RESULT, 0, 0);
    }

    /**
     * Cancels the operation with some user data. Completes with 0, {@code -ENOENT} or {@code -EALREADY}; the operation itself
     * ends with its own completion, in any order with this one.
     */
    @Prepares(Opcode.ASYNC_CANCEL)
    default Sqe prepCancel(long userData) {
        return entry().write(Opcode.ASYNC_CANCEL, 0, -1, 0, userData, 0, 0, 0, 0);
    }

    /**
     * Cancels every operation on a file. Completes with their number. Since Linux 5.19.
     *
     * @param direct whether {@code fd} is the slot of a direct descriptor (6.0)
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelFd(int fd, boolean direct) {
        int flags = Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_ALL | (direct ? Abi.ASYNC_CANCEL_FD_FIXED : 0);
        return entry().write(Opcode.ASYNC_CANCEL, 0, fd, 0, 0, 0, flags, 0, 0);
    }

    /** Cancels every operation of this ring. Completes with their number. Since Linux 5.19. */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelAll() {
        return entry().write(Opcode.ASYNC_CANCEL, 0, -1, 0, 0, 0, Abi.ASYNC_CANCEL_ANY | Abi.ASYNC_CANCEL_ALL, 0, 0);
    }
}
