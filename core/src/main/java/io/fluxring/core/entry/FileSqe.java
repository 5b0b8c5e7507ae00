package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.VectorLayout;

/**
 * The operations on the contents of files: reading and writing at a position, and what concerns whole files: syncs,
 * sizes, advice. What goes through pipes is in {@link PipeSqe}. In the order of the kernel's header. What holds for all
 * of them is said at {@link Sqe}.
 *
 * <p>A read or a write completes with the number of bytes, which may be less than was asked for: at the end of a file,
 * from a pipe, on a full device. 0 is the end for a read. The kernel moves 2,147,479,552 bytes (2 GiB less a page) at
 * most at once.
 *
 * <p>A {@code position} is counted in bytes from the start of the file, without a limit of 4 GiB. -1 stands for the
 * file's own position, which the operation advances: have one such operation in flight at most, or their order is open. A
 * pipe or another stream has no position and ignores it.
 *
 * <p>{@code rwFlags} are those of {@code preadv2(2)}: {@link Libc#RWF_NOWAIT} and its likes. One that the file does not
 * support gives {@code -EOPNOTSUPP}. A file that was opened with {@link Libc#O_DIRECT} wants addresses, lengths and
 * positions that are multiples of its device's block, {@code -EINVAL} otherwise.
 */
public sealed interface FileSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- reading and writing several pieces

    /**
     * {@link #prepReadVectors(int, long, int, long, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}
     * @param vectorCount how many vectors
     * @param position where in the file, in bytes; -1 for its own position
     * @return this entry
     */
    @Prepares(Opcode.READV)
    default Sqe prepReadVectors(int fd, long vectorsAddress, int vectorCount, long position) {
        return prepReadVectors(fd, vectorsAddress, vectorCount, position, 0);
    }

    /**
     * Reads into several places in their order, {@code preadv2(2)}. With {@link Sqe#selectBuffer} there is one vector, of
     * which only the length counts.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}; they are read during submission, what they name is
     *     written to until the completion
     * @param vectorCount how many; more than 1024 give {@code -EINVAL}
     * @param position where in the file, in bytes; -1 for its own position
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.READV)
    default Sqe prepReadVectors(int fd, long vectorsAddress, int vectorCount, long position, int rwFlags) {
        return vectors(Opcode.READV, fd, vectorsAddress, vectorCount, position, rwFlags, 0);
    }

    /**
     * {@link #prepWriteVectors(int, long, int, long, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}
     * @param vectorCount how many vectors
     * @param position where in the file, in bytes; -1 for its own position
     * @return this entry
     */
    @Prepares(Opcode.WRITEV)
    default Sqe prepWriteVectors(int fd, long vectorsAddress, int vectorCount, long position) {
        return prepWriteVectors(fd, vectorsAddress, vectorCount, position, 0);
    }

    /**
     * Writes from several places in their order, {@code pwritev2(2)}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}; they are read during submission, what they name
     *     until the completion
     * @param vectorCount how many; more than 1024 give {@code -EINVAL}
     * @param position where in the file, in bytes; -1 for its own position
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.WRITEV)
    default Sqe prepWriteVectors(int fd, long vectorsAddress, int vectorCount, long position, int rwFlags) {
        return vectors(Opcode.WRITEV, fd, vectorsAddress, vectorCount, position, rwFlags, 0);
    }

    private Sqe vectors(
            Opcode opcode, int fd, long vectorsAddress, int vectorCount, long position, int rwFlags, int bufferIndex) {
        Arguments.notNegative(vectorCount, "vectorCount");
        Arguments.address(vectorsAddress, vectorCount, "vectorsAddress");
        Arguments.position(position);
        return entry().write(opcode, 0, fd, position, vectorsAddress, vectorCount, rwFlags, bufferIndex, 0);
    }

    // ---- what was written reaches the device

    /**
     * Completes when what was written to a file is on its device, {@code fsync(2)}. It waits for no operation in flight:
     * link it behind the last write.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param syncFlags {@link Abi#FSYNC_DATASYNC} for {@code fdatasync(2)}, or 0
     * @return this entry
     */
    @Prepares(Opcode.FSYNC)
    default Sqe prepSync(int fd, int syncFlags) {
        return entry().write(Opcode.FSYNC, 0, fd, 0, 0, 0, syncFlags, 0, 0);
    }

    /**
     * Like {@link #prepSync(int, int)} for a part of the file; a file system may do more than it must.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param syncFlags see {@link #prepSync(int, int)}
     * @param position where the part begins, in bytes
     * @param lengthBytes of the part, at least 1
     * @return this entry
     */
    @Prepares(Opcode.FSYNC)
    default Sqe prepSync(int fd, int syncFlags, long position, int lengthBytes) {
        Arguments.notNegative(position, "position");
        Arguments.positive(lengthBytes, "lengthBytes");
        return entry().write(Opcode.FSYNC, 0, fd, position, 0, lengthBytes, syncFlags, 0, 0);
    }

    // ---- reading and writing registered buffers

    /**
     * {@link #prepReadFixed(int, long, int, long, int, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address within that buffer; written to until the completion
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's index in the table of registered buffers
     * @return this entry
     */
    @Prepares(Opcode.READ_FIXED)
    default Sqe prepReadFixed(int fd, long address, int lengthBytes, long position, int bufferIndex) {
        return prepReadFixed(fd, address, lengthBytes, position, bufferIndex, 0);
    }

    /**
     * Reads into a part of a registered buffer, whose pages need not be looked up.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address within that buffer, with room for all of the length; {@code -EFAULT} otherwise. Written to until the
     *     completion
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's place in the table of registered buffers
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.READ_FIXED)
    default Sqe prepReadFixed(int fd, long address, int lengthBytes, long position, int bufferIndex, int rwFlags) {
        return bytes(Opcode.READ_FIXED, fd, address, lengthBytes, position, rwFlags, bufferIndex);
    }

    /**
     * {@link #prepWriteFixed(int, long, int, long, int, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address within that buffer; read until the completion
     * @param lengthBytes how many bytes
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's index in the table of registered buffers
     * @return this entry
     */
    @Prepares(Opcode.WRITE_FIXED)
    default Sqe prepWriteFixed(int fd, long address, int lengthBytes, long position, int bufferIndex) {
        return prepWriteFixed(fd, address, lengthBytes, position, bufferIndex, 0);
    }

    /**
     * Writes a part of a registered buffer, whose pages need not be looked up.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address within that buffer, as is all of the length; {@code -EFAULT} otherwise. Read until the completion
     * @param lengthBytes how many bytes
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's place in the table of registered buffers
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.WRITE_FIXED)
    default Sqe prepWriteFixed(int fd, long address, int lengthBytes, long position, int bufferIndex, int rwFlags) {
        return bytes(Opcode.WRITE_FIXED, fd, address, lengthBytes, position, rwFlags, bufferIndex);
    }

    private Sqe bytes(
            Opcode opcode, int fd, long address, int lengthBytes, long position, int rwFlags, int bufferIndex) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        Arguments.address(address, lengthBytes, "address");
        Arguments.position(position);
        Arguments.unsignedShort(bufferIndex, "bufferIndex");
        return entry().write(opcode, 0, fd, position, address, lengthBytes, rwFlags, bufferIndex, 0);
    }

    // ---- whole files and parts of them

    /**
     * Starts the writing of a part of a file to its device, or waits for it, {@code sync_file_range(2)}. It says nothing
     * about the file's metadata: {@link #prepSync(int, int)} is what makes data safe.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param position where the part begins, in bytes
     * @param lengthBytes the length, 0 for all up to the end
     * @param syncFlags {@link Libc#SYNC_FILE_RANGE_WRITE} and its likes
     * @return this entry
     */
    @Prepares(Opcode.SYNC_FILE_RANGE)
    default Sqe prepSyncRange(int fd, long position, int lengthBytes, int syncFlags) {
        Arguments.notNegative(position, "position");
        Arguments.notNegative(lengthBytes, "lengthBytes");
        return entry().write(Opcode.SYNC_FILE_RANGE, 0, fd, position, 0, lengthBytes, syncFlags, 0, 0);
    }

    /**
     * Allocates or frees space within a file, {@code fallocate(2)}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param mode 0 to allocate, {@link Libc#FALLOC_FL_PUNCH_HOLE} and its likes for the rest; one that the file system
     *     lacks gives {@code -EOPNOTSUPP}
     * @param position where the part begins, in bytes
     * @param lengthBytes the length; 0 gives {@code -EINVAL}
     * @return this entry
     */
    @Prepares(Opcode.FALLOCATE)
    default Sqe prepAllocate(int fd, int mode, long position, long lengthBytes) {
        Arguments.notNegative(position, "position");
        Arguments.notNegative(lengthBytes, "lengthBytes");
        return entry().write(Opcode.FALLOCATE, 0, fd, position, lengthBytes, mode, 0, 0, 0);
    }

    // ---- reading and writing

    /**
     * {@link #prepRead(int, long, int, long, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where to; written to until the completion
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes; -1 for its own position
     * @return this entry
     */
    @Prepares(Opcode.READ)
    default Sqe prepRead(int fd, long address, int lengthBytes, long position) {
        return prepRead(fd, address, lengthBytes, position, 0);
    }

    /**
     * Reads bytes, {@code pread(2)}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where to; the kernel writes there until the completion
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes; -1 for its own position
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.READ)
    default Sqe prepRead(int fd, long address, int lengthBytes, long position, int rwFlags) {
        return bytes(Opcode.READ, fd, address, lengthBytes, position, rwFlags, 0);
    }

    /**
     * Reads into a buffer that the kernel picks from a group once there is something to read; the completion tells which.
     * {@code -ENOBUFS} when the group has none left. Since Linux 5.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param lengthBytes the most to read, 0 for as much as the buffer holds
     * @param position where in the file, in bytes; -1 for its own position
     * @return this entry
     */
    @Prepares(value = Opcode.READ, since = "5.7")
    default Sqe prepReadSelect(int fd, int bufferGroup, int lengthBytes, long position) {
        return prepReadSelect(fd, bufferGroup, lengthBytes, position, 0);
    }

    /**
     * {@link #prepReadSelect(int, int, int, long)} with flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes; -1 for its own position
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.READ, since = "5.7")
    default Sqe prepReadSelect(int fd, int bufferGroup, int lengthBytes, long position, int rwFlags) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        Arguments.position(position);
        Arguments.unsignedShort(bufferGroup, "bufferGroup");
        entry().write(Opcode.READ, 0, fd, position, 0, lengthBytes, rwFlags, bufferGroup, 0);
        return entry().flags(Abi.SQE_BUFFER_SELECT);
    }

    /**
     * {@link #prepWrite(int, long, int, long, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where from; read until the completion
     * @param lengthBytes how many bytes
     * @param position where in the file, in bytes; -1 for its own position
     * @return this entry
     */
    @Prepares(Opcode.WRITE)
    default Sqe prepWrite(int fd, long address, int lengthBytes, long position) {
        return prepWrite(fd, address, lengthBytes, position, 0);
    }

    /**
     * Writes bytes, {@code pwrite(2)}. To a pipe or a socket without a reader it gives {@code -EPIPE}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where from; read until the completion
     * @param lengthBytes how many bytes
     * @param position where in the file, in bytes; -1 for its own position
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.WRITE)
    default Sqe prepWrite(int fd, long address, int lengthBytes, long position, int rwFlags) {
        return bytes(Opcode.WRITE, fd, address, lengthBytes, position, rwFlags, 0);
    }

    // ---- advice

    /**
     * Tells how a part of a file is going to be used, {@code posix_fadvise(2)}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param position where the part begins, in bytes
     * @param lengthBytes the length, 0 for all up to the end; above 2 GiB since Linux 6.11
     * @param advice {@link Libc#POSIX_FADV_WILLNEED} and its likes
     * @return this entry
     */
    @Prepares(Opcode.FADVISE)
    default Sqe prepAdvise(int fd, long position, long lengthBytes, int advice) {
        Arguments.notNegative(position, "position");
        Arguments.notNegative(lengthBytes, "lengthBytes");
        boolean small = lengthBytes <= Integer.MAX_VALUE; // in the field that older kernels know
        return entry().write(
                        Opcode.FADVISE,
                        0,
                        fd,
                        position,
                        small ? 0 : lengthBytes,
                        small ? (int) lengthBytes : 0,
                        advice,
                        0,
                        0);
    }

    /**
     * Tells how a part of this process's memory is going to be used, {@code madvise(2)}. Some advice destroys the
     * contents, such as {@link Libc#MADV_DONTNEED}: never for memory that something else may share pages with. What is
     * mapped there takes the advice even when a gap makes it complete with {@code -ENOMEM}.
     *
     * @param address the start, a multiple of the page size; {@code -EINVAL} otherwise
     * @param lengthBytes the length; above 2 GiB since Linux 6.11
     * @param advice {@link Libc#MADV_WILLNEED} and its likes
     * @return this entry
     */
    @Prepares(Opcode.MADVISE)
    default Sqe prepAdviseMemory(long address, long lengthBytes, int advice) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        Arguments.address(address, lengthBytes, "address");
        boolean small = lengthBytes <= Integer.MAX_VALUE; // in the field that older kernels know
        return entry().write(
                        Opcode.MADVISE,
                        0,
                        -1,
                        small ? 0 : lengthBytes,
                        address,
                        small ? (int) lengthBytes : 0,
                        advice,
                        0,
                        0);
    }

    // ---- what came later

    /**
     * Reads into buffers of a group again and again, a completion each, from something that can be waited for: a pipe, an
     * eventfd, a terminal; {@code -EBADFD} for a regular file. Ends with the completion that has no
     * {@link Abi#CQE_F_MORE}: with 0 at the end of the stream, with {@code -ENOBUFS} when there is something to read and
     * the group has run dry. It needs a buffer to find the end with, too. Since Linux 6.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @return this entry
     */
    @Prepares(Opcode.READ_MULTISHOT)
    default Sqe prepReadMultishot(int fd, int bufferGroup) {
        Arguments.unsignedShort(bufferGroup, "bufferGroup");
        entry().write(Opcode.READ_MULTISHOT, 0, fd, -1, 0, 0, 0, bufferGroup, 0);
        return entry().flags(Abi.SQE_BUFFER_SELECT);
    }

    /**
     * Cuts a file, or lengthens it with zeros, {@code ftruncate(2)}. Since Linux 6.9.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param lengthBytes the new size
     * @return this entry
     */
    @Prepares(Opcode.FTRUNCATE)
    default Sqe prepTruncate(int fd, long lengthBytes) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        return entry().write(Opcode.FTRUNCATE, 0, fd, lengthBytes, 0, 0, 0, 0, 0);
    }

    /**
     * {@link #prepReadVectorsFixed(int, long, int, long, int, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}
     * @param vectorCount how many vectors
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's index in the table of registered buffers
     * @return this entry
     */
    @Prepares(Opcode.READV_FIXED)
    default Sqe prepReadVectorsFixed(int fd, long vectorsAddress, int vectorCount, long position, int bufferIndex) {
        return prepReadVectorsFixed(fd, vectorsAddress, vectorCount, position, bufferIndex, 0);
    }

    /**
     * Reads into several parts of one registered buffer in their order. Since Linux 6.15.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}; they are read during submission, what they name is
     *     within the buffer ({@code -EFAULT} otherwise) and written to until the completion
     * @param vectorCount how many vectors
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's place in the table of registered buffers
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.READV_FIXED)
    default Sqe prepReadVectorsFixed(
            int fd, long vectorsAddress, int vectorCount, long position, int bufferIndex, int rwFlags) {
        Arguments.unsignedShort(bufferIndex, "bufferIndex");
        return vectors(Opcode.READV_FIXED, fd, vectorsAddress, vectorCount, position, rwFlags, bufferIndex);
    }

    /**
     * {@link #prepWriteVectorsFixed(int, long, int, long, int, int)} without flags.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}
     * @param vectorCount how many vectors
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's index in the table of registered buffers
     * @return this entry
     */
    @Prepares(Opcode.WRITEV_FIXED)
    default Sqe prepWriteVectorsFixed(int fd, long vectorsAddress, int vectorCount, long position, int bufferIndex) {
        return prepWriteVectorsFixed(fd, vectorsAddress, vectorCount, position, bufferIndex, 0);
    }

    /**
     * Writes several parts of one registered buffer in their order. Since Linux 6.15.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress of the vectors, see {@link VectorLayout}; they are read during submission, what they name is
     *     within the buffer ({@code -EFAULT} otherwise) and read until the completion
     * @param vectorCount how many vectors
     * @param position where in the file, in bytes; -1 for its own position
     * @param bufferIndex the buffer's place in the table of registered buffers
     * @param rwFlags {@code RWF_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.WRITEV_FIXED)
    default Sqe prepWriteVectorsFixed(
            int fd, long vectorsAddress, int vectorCount, long position, int bufferIndex, int rwFlags) {
        Arguments.unsignedShort(bufferIndex, "bufferIndex");
        return vectors(Opcode.WRITEV_FIXED, fd, vectorsAddress, vectorCount, position, rwFlags, bufferIndex);
    }
}
