package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * The operations on pipes: making one, and moving bytes through it from one descriptor to another. In the order of the kernel's
 * header. What holds for all of them is said at {@link Sqe}.
 */
public sealed interface PipeSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /**
     * Moves bytes between a pipe and something else without a copy through memory, {@code splice(2)}. Completes with
     * their number, 0 at the end of the input; what a broken chain leaves behind stays in the pipe.
     *
     * @param fdIn where from; a slot of the registered files with {@link Abi#SPLICE_F_FD_IN_FIXED}
     * @param positionIn there; -1 for a pipe and for the file's own position
     * @param fdOut where to; a slot with {@link Sqe#fixedFile}
     * @param positionOut there; -1 for a pipe and for the file's own position
     * @param lengthBytes how many bytes at most
     * @param spliceFlags {@link Libc#SPLICE_F_MOVE} and its likes
     * @return this entry
     */
    @Prepares(Opcode.SPLICE)
    default Sqe prepSplice(int fdIn, long positionIn, int fdOut, long positionOut, int lengthBytes, int spliceFlags) {
        Arguments.position(positionIn);
        Arguments.position(positionOut);
        Arguments.notNegative(lengthBytes, "lengthBytes");
        return entry().write(Opcode.SPLICE, 0, fdOut, positionOut, positionIn, lengthBytes, spliceFlags, 0, fdIn);
    }

    /**
     * Copies bytes from one pipe to another and leaves them in the first, {@code tee(2)}. Completes with their number.
     *
     * @param fdIn where from; a slot of the registered files with {@link Abi#SPLICE_F_FD_IN_FIXED}
     * @param fdOut where to; a slot with {@link Sqe#fixedFile}
     * @param lengthBytes how many bytes at most
     * @param spliceFlags {@code SPLICE_F_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.TEE)
    default Sqe prepTee(int fdIn, int fdOut, int lengthBytes, int spliceFlags) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        return entry().write(Opcode.TEE, 0, fdOut, 0, 0, lengthBytes, spliceFlags, 0, fdIn);
    }

    /**
     * Makes a pipe, {@code pipe2(2)}. Completes with 0.
     *
     * <p>{@link Sqe#intoFreeSlot} puts both ends into slots of the registered files, and {@link Sqe#intoSlot} puts the
     * reading end into that slot and the writing end into the next.
     *
     * @param fdsAddress of two ints, written by the completion: the reading end, then the writing end
     * @param pipeFlags {@link Libc#O_CLOEXEC}, {@link Libc#O_NONBLOCK}, {@link Libc#O_DIRECT} for packets, or 0
     * @return this entry
     */
    @Prepares(Opcode.PIPE)
    default Sqe prepPipe(long fdsAddress, int pipeFlags) {
        Arguments.address(fdsAddress, "fdsAddress");
        return entry().write(Opcode.PIPE, 0, 0, 0, fdsAddress, 0, pipeFlags, 0, 0);
    }
}
