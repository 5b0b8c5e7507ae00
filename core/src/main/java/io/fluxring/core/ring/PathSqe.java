package io.fluxring.core.ring;

import io.fluxring.core.sys.Opcode;

/**
 * The operations on names in the file system: opening, closing, looking at, renaming, linking, removing, and extended attributes. In the order of the kernel's header. What holds for all of them is said at
 * {@link Sqe}.
 */
public sealed interface PathSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /** Closes a descriptor. Running operations on it are not cancelled: they hold the file. */
    @Prepares(Opcode.CLOSE)
    default Sqe prepClose(int fd) {
        return entry().write(Opcode.CLOSE, 0, fd, 0, 0, 0, 0, 0, 0);
    }

    /** Empties a slot of the registered files. Since Linux 5.15. */
    @Prepares(value = Opcode.CLOSE, since = "5.15")
    default Sqe prepCloseDirect(int slot) {
        return entry().write(Opcode.CLOSE, 0, 0, 0, 0, 0, 0, 0, slot + 1);
    }
}
