package io.fluxring.core.entry;

import io.fluxring.core.sys.Opcode;

/** Entries field by field, for tests of what no typed method would write. */
public final class RawSqe {
    private RawSqe() {}

    /** Writes an entry whole. */
    public static Sqe write(
            Sqe sqe,
            Opcode opcode,
            int priority,
            int fd,
            long off,
            long address,
            int length,
            int operationFlags,
            int bufferIndex,
            int fileIndex) {
        return sqe.write(opcode, priority, fd, off, address, length, operationFlags, bufferIndex, fileIndex);
    }

    /** Writes an entry that has neither a priority nor a buffer nor a slot. */
    public static Sqe write(Sqe sqe, Opcode opcode, int fd, long off, long address, int length, int operationFlags) {
        return sqe.write(opcode, 0, fd, off, address, length, operationFlags, 0, 0);
    }

    /** Writes word 48. */
    public static Sqe address3(Sqe sqe, long address) {
        return sqe.address3(address);
    }
}
