package io.fluxring.core.ring;

import io.fluxring.core.sys.Opcode;

/**
 * The operations on the contents of files: reading and writing at a position, and what concerns whole files: syncs, sizes, advice, pipes. In the order of the kernel's header. What holds for all of them is said at
 * {@link Sqe}.
 */
public sealed interface FileSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /**
     * Reads bytes at a position, {@code pread(2)}.
     *
     * @param address where to; the kernel writes there until the last completion
     * @param position in the file, in bytes; -1 for the file's own position, with one such operation in flight at most
     */
    @Prepares(Opcode.READ)
    default Sqe prepRead(int fd, long address, int lengthBytes, long position) {
        return entry().write(Opcode.READ, 0, fd, position, address, lengthBytes, 0, 0, 0);
    }
}
