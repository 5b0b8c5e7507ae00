package io.fluxring.core.ring;

import io.fluxring.core.sys.Opcode;

/** Fills an entry field by field, for what a test needs and no {@code prep} method would write. */
public final class RawEntry {
    private RawEntry() {}

    /** See {@link io.fluxring.core.sys.SqeLayout}. */
    public static Sqe write(
            Sqe sqe, Opcode opcode, int priority, int fd, long offset, long address, int length, int operationFlags) {
        return sqe.write(opcode, priority, fd, offset, address, length, operationFlags, 0, 0);
    }
}
