package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;

/**
 * The operations on the ring itself: operations that do nothing, cancel others, speak to other rings, or change what is
 * registered. In the order of the kernel's header. What holds for all of them is said at {@link Sqe}.
 */
public sealed interface RingSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- nothing

    /**
     * Does nothing, and completes with 0.
     *
     * @return this entry
     */
    @Prepares(Opcode.NOP)
    default Sqe prepNop() {
        return entry().write(Opcode.NOP, 0, -1, 0, 0, 0, 0, 0, 0);
    }

    /**
     * Does nothing, and completes with a given result. Since Linux 6.10.
     *
     * @param result what the completion carries
     * @return this entry
     */
    @Prepares(value = Opcode.NOP, since = "6.10")
    default Sqe prepNop(int result) {
        return entry().write(Opcode.NOP, 0, -1, 0, 0, result, Abi.NOP_INJECT_RESULT, 0, 0);
    }

    /**
     * Looks a descriptor up and does nothing with it: completes with 0 or {@code -EBADF}. Since Linux 6.13.
     *
     * @param fd the descriptor
     * @return this entry
     */
    @Prepares(value = Opcode.NOP, since = "6.13")
    default Sqe prepNopFile(int fd) {
        return entry().write(Opcode.NOP, 0, fd, 0, 0, 0, Abi.NOP_FILE, 0, 0);
    }

    /**
     * Like {@link #prepNopFile}, with a slot of the registered files; needs no {@link Sqe#fixedFile}. Since Linux 6.13.
     *
     * @param slot of the registered files
     * @return this entry
     */
    @Prepares(value = Opcode.NOP, since = "6.13")
    default Sqe prepNopDirect(int slot) {
        int flags = Abi.NOP_FILE | Abi.NOP_FIXED_FILE;
        return entry().write(Opcode.NOP, 0, Arguments.slot(slot), 0, 0, 0, flags, 0, 0);
    }

    /**
     * Looks a registered buffer up and does nothing with it: completes with 0 or {@code -EFAULT}. Since Linux 6.13.
     *
     * @param bufferIndex the buffer's index in the table of registered buffers
     * @return this entry
     */
    @Prepares(value = Opcode.NOP, since = "6.13")
    default Sqe prepNopBuffer(int bufferIndex) {
        Arguments.unsignedShort(bufferIndex, "bufferIndex");
        return entry().write(Opcode.NOP, 0, -1, 0, 0, 0, Abi.NOP_FIXED_BUFFER, bufferIndex, 0);
    }

    /**
     * Does nothing, and completes with a given result through the kernel's task work, as what waits for a device does: not
     * within the enter's submission, but in its wait. Since Linux 6.16.
     *
     * @param result what the completion carries
     * @return this entry
     */
    @Prepares(value = Opcode.NOP, since = "6.16")
    default Sqe prepNopTaskWork(int result) {
        return entry().write(Opcode.NOP, 0, -1, 0, 0, result, Abi.NOP_INJECT_RESULT | Abi.NOP_TW, 0, 0);
    }

    /**
     * Does nothing, and completes with 0 in a completion of 32 bytes. On a ring without {@link Abi#SETUP_CQE32} or
     * {@link Abi#SETUP_CQE_MIXED} it fails with {@code -EINVAL}. Since Linux 6.18.
     *
     * @param extra1 the first of the two words behind the completion
     * @param extra2 the second
     * @return this entry
     */
    @Prepares(value = Opcode.NOP, since = "6.18")
    default Sqe prepNopCqe32(long extra1, long extra2) {
        return entry().write(Opcode.NOP, 0, -1, extra1, extra2, 0, Abi.NOP_CQE32, 0, 0);
    }

    // ---- cancelling

    /**
     * Cancels the operation with some user data. Completes with 0 (for a futex or a process with 1, seen on 6.18),
     * {@code -ENOENT} or {@code -EALREADY}; the operation itself ends with its own completion, in any order with this one. Of
     * several with the same user data it cancels one.
     *
     * @param userData that the operation was submitted with
     * @return this entry
     */
    @Prepares(Opcode.ASYNC_CANCEL)
    default Sqe prepCancel(long userData) {
        return cancel(-1, userData, 0, 0);
    }

    /**
     * Cancels every operation with some user data. Completes with their number. Since Linux 5.19.
     *
     * @param userData that the operation was submitted with
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelEvery(long userData) {
        return cancel(-1, userData, 0, Abi.ASYNC_CANCEL_ALL);
    }

    /**
     * Cancels every operation on a file. Completes with their number, or with {@code -EBADF}. What is on the same file by
     * another descriptor is cancelled too; timeouts never are. Since Linux 5.19.
     *
     * @param fd the descriptor, or the slot when {@code direct}
     * @param direct whether {@code fd} is the slot of a direct descriptor (6.0)
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelFd(int fd, boolean direct) {
        return cancel(fd, 0, 0, Abi.ASYNC_CANCEL_ALL | byFile(direct));
    }

    /**
     * Cancels one operation on a file, any. Completes with 0, {@code -ENOENT}, {@code -EALREADY} or {@code -EBADF}.
     * Since Linux 5.19.
     *
     * @param fd the descriptor, or the slot when {@code direct}
     * @param direct whether {@code fd} is a slot of the registered files
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelOneOnFd(int fd, boolean direct) {
        return cancel(fd, 0, 0, byFile(direct));
    }

    /**
     * Cancels every operation on a file that has some user data. Completes with their number. Since Linux 6.6.
     *
     * @param fd the descriptor, or the slot when {@code direct}
     * @param direct whether {@code fd} is a slot of the registered files
     * @param userData that the operation was submitted with
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "6.6")
    default Sqe prepCancelFd(int fd, boolean direct, long userData) {
        return cancel(fd, userData, 0, Abi.ASYNC_CANCEL_ALL | Abi.ASYNC_CANCEL_USERDATA | byFile(direct));
    }

    /**
     * Cancels every operation of a kind on a file. Completes with their number. Since Linux 6.6.
     *
     * @param fd the descriptor, or the slot when {@code direct}
     * @param direct whether {@code fd} is a slot of the registered files
     * @param operation the kind
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "6.6")
    default Sqe prepCancelFd(int fd, boolean direct, Opcode operation) {
        return cancel(fd, 0, operation.code(), Abi.ASYNC_CANCEL_ALL | Abi.ASYNC_CANCEL_OP | byFile(direct));
    }

    /**
     * Cancels every operation of a kind. Completes with their number. Since Linux 6.6.
     *
     * @param operation the kind
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "6.6")
    default Sqe prepCancelOperations(Opcode operation) {
        return cancel(-1, 0, operation.code(), Abi.ASYNC_CANCEL_ALL | Abi.ASYNC_CANCEL_OP);
    }

    /**
     * Cancels one operation of this ring, any. Completes with 1, or with 0 when there was none. Since Linux 5.19.
     *
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelAny() {
        return cancel(-1, 0, 0, Abi.ASYNC_CANCEL_ANY);
    }

    /**
     * Cancels every operation of this ring. Completes with their number. Since Linux 5.19.
     *
     * @return this entry
     */
    @Prepares(value = Opcode.ASYNC_CANCEL, since = "5.19")
    default Sqe prepCancelAll() {
        return cancel(-1, 0, 0, Abi.ASYNC_CANCEL_ANY | Abi.ASYNC_CANCEL_ALL);
    }

    private static int byFile(boolean direct) {
        return Abi.ASYNC_CANCEL_FD | (direct ? Abi.ASYNC_CANCEL_FD_FIXED : 0);
    }

    private Sqe cancel(int fd, long userData, int operation, int cancelFlags) {
        return entry().write(Opcode.ASYNC_CANCEL, 0, fd, 0, userData, operation, cancelFlags, 0, 0);
    }

    // ---- what is registered

    /**
     * Puts descriptors into slots of the registered files. Completes with how many were dealt with before the first failure,
     * or with the error when that was the first.
     *
     * @param fdsAddress an array of ints: descriptors, -1 to empty a slot, {@link Abi#REGISTER_FILES_SKIP} to leave one as it
     *     is; must stay valid until the completion
     * @param count how many, at least 1
     * @param slot the first slot
     * @return this entry
     */
    @Prepares(Opcode.FILES_UPDATE)
    default Sqe prepFilesUpdate(long fdsAddress, int count, int slot) {
        return filesUpdate(fdsAddress, count, Arguments.slot(slot));
    }

    /**
     * Puts descriptors into free slots of the registered files. Completes with how many found one, or with {@code -ENFILE}
     * when the first did not. Since Linux 5.19.
     *
     * @param fdsAddress an array of ints: descriptors, each overwritten with its slot; must stay valid until the completion
     * @param count how many, at least 1
     * @return this entry
     */
    @Prepares(value = Opcode.FILES_UPDATE, since = "5.19")
    default Sqe prepFilesUpdateFree(long fdsAddress, int count) {
        return filesUpdate(fdsAddress, count, Integer.toUnsignedLong(Abi.FILE_INDEX_ALLOC));
    }

    private Sqe filesUpdate(long fdsAddress, int count, long offset) {
        Arguments.address(fdsAddress, "fdsAddress");
        Arguments.positive(count, "count");
        return entry().write(Opcode.FILES_UPDATE, 0, -1, offset, fdsAddress, count, 0, 0, 0);
    }

    /**
     * Gives buffers to a group of the old kind, for {@link Sqe#selectBuffer}. Completes with 0. Each buffer is the kernel's until
     * a completion names it or {@link #prepRemoveBuffers} takes it back, and each use needs an operation to return it: a ring
     * of buffers ({@link io.fluxring.core.register.BufferRingRegistration}) costs none and is about twice as fast. A group is
     * of one kind or the other.
     *
     * @param address the buffers, one behind the other
     * @param lengthBytes the length of each, at least 1
     * @param count how many, 1 to 65,536
     * @param bufferGroup the group's number
     * @param firstBuffer the number of the first; the others follow, none above 65,535
     * @return this entry
     */
    @Prepares(Opcode.PROVIDE_BUFFERS)
    default Sqe prepProvideBuffers(long address, int lengthBytes, int count, int bufferGroup, int firstBuffer) {
        Arguments.address(address, "address");
        Arguments.unsignedShort(bufferGroup, "bufferGroup");
        Arguments.unsignedShort(firstBuffer, "firstBuffer");
        requireSome(count, 65536 - firstBuffer);
        Arguments.positive(lengthBytes, "lengthBytes");
        return entry().write(Opcode.PROVIDE_BUFFERS, 0, count, firstBuffer, address, lengthBytes, 0, bufferGroup, 0);
    }

    /**
     * Takes buffers back from a group of the old kind, any of them. Completes with how many, or with {@code -ENOENT} when there
     * is no such group, {@code -EINVAL} when it is a ring.
     *
     * @param count how many at most, 1 to 65,536
     * @param bufferGroup the group's number
     * @return this entry
     */
    @Prepares(Opcode.REMOVE_BUFFERS)
    default Sqe prepRemoveBuffers(int count, int bufferGroup) {
        Arguments.unsignedShort(bufferGroup, "bufferGroup");
        requireSome(count, 65536);
        return entry().write(Opcode.REMOVE_BUFFERS, 0, count, 0, 0, 0, 0, bufferGroup, 0);
    }

    private static void requireSome(int count, int most) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException("count is not within 1 and " + most + ": " + count);
        }
    }

    // ---- messages to other rings

    /**
     * Posts a completion to a ring: another one of this machine, or this one itself. Completes with 0; with {@code -EBADFD} when
     * {@code ringFd} is no ring, or one that is not enabled yet; with {@code -EOVERFLOW} when the completion found neither
     * place nor memory.
     *
     * @param ringFd the other ring's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param result the completion's result
     * @param userData the completion's user data
     * @return this entry
     */
    @Prepares(Opcode.MSG_RING)
    default Sqe prepMessage(int ringFd, int result, long userData) {
        return entry().write(Opcode.MSG_RING, 0, ringFd, userData, Abi.MSG_DATA, result, 0, 0, 0);
    }

    /**
     * Like {@link #prepMessage}, with flags for the completion, whatever they mean to the other side. Since Linux 6.3.
     *
     * @param ringFd the other ring's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param result of the completion that is posted
     * @param userData of the completion that is posted
     * @param completionFlags the completion's flags
     * @return this entry
     */
    @Prepares(value = Opcode.MSG_RING, since = "6.3")
    default Sqe prepMessage(int ringFd, int result, long userData, int completionFlags) {
        int flags = Abi.MSG_RING_FLAGS_PASS;
        return entry().write(Opcode.MSG_RING, 0, ringFd, userData, Abi.MSG_DATA, result, flags, 0, completionFlags);
    }

    /**
     * Puts a registered file of this ring into a slot of another ring; it stays here as well. There it posts a completion with
     * the user data and the result of this one. Completes with 0; with {@code -EBADF} when {@code sourceSlot} is empty; with
     * {@code -EINVAL} when the ring is this one; with {@code -EBADFD} as {@link #prepMessage}; with {@code -ENXIO} when the
     * other has no table, {@code -EINVAL} when the slot is beyond its end. Ends only when the thread of the other ring enters the kernel. Since Linux 6.0.
     *
     * @param ringFd the other ring's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param sourceSlot the slot of this ring that has the file
     * @param targetSlot the slot of the other ring to put it into
     * @param userData of the completion that is posted
     * @param messageFlags {@link Abi#MSG_RING_CQE_SKIP} to post nothing there, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.MSG_RING, since = "6.0")
    default Sqe prepMessageFd(int ringFd, int sourceSlot, int targetSlot, long userData, int messageFlags) {
        return messageFd(ringFd, sourceSlot, Arguments.slot(targetSlot) + 1, userData, messageFlags);
    }

    /**
     * Like {@link #prepMessageFd}, into a free slot. Both completions have the slot for their result; {@code -ENFILE} when there
     * is none. Since Linux 6.0.
     *
     * @param ringFd the other ring's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param sourceSlot the slot of this ring that has the file
     * @param userData of the completion that is posted
     * @param messageFlags see {@link #prepMessageFd}
     * @return this entry
     */
    @Prepares(value = Opcode.MSG_RING, since = "6.0")
    default Sqe prepMessageFdFree(int ringFd, int sourceSlot, long userData, int messageFlags) {
        return messageFd(ringFd, sourceSlot, Abi.FILE_INDEX_ALLOC, userData, messageFlags);
    }

    private Sqe messageFd(int ringFd, int sourceSlot, int fileIndex, long userData, int messageFlags) {
        Arguments.slot(sourceSlot);
        Arguments.flags(messageFlags, Abi.MSG_RING_CQE_SKIP, "messageFlags");
        entry().write(Opcode.MSG_RING, 0, ringFd, userData, Abi.MSG_SEND_FD, 0, messageFlags, 0, fileIndex);
        return entry().address3(sourceSlot);
    }

    // ---- direct descriptors

    /**
     * Makes an ordinary descriptor of a direct one; the direct one stays. Completes with the descriptor, or with {@code -EBADF}
     * when the slot is empty, {@code -EMFILE} when the process has too many.
     *
     * @param slot of the direct descriptor
     * @param installFlags {@link Abi#FIXED_FD_NO_CLOEXEC} for one that survives {@code execve(2)}, or 0
     * @return this entry
     */
    @Prepares(Opcode.FIXED_FD_INSTALL)
    default Sqe prepInstallFd(int slot, int installFlags) {
        Arguments.slot(slot);
        Arguments.flags(installFlags, Abi.FIXED_FD_NO_CLOEXEC, "installFlags");
        return entry().write(Opcode.FIXED_FD_INSTALL, 0, slot, 0, 0, 0, installFlags, 0, 0)
                .fixedFile();
    }
}
