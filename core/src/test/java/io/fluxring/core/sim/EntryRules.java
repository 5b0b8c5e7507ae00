package io.fluxring.core.sim;

import io.fluxring.core.sys.Opcode;
import java.util.EnumSet;
import java.util.Set;

/** What the kernel's table of operations says about each. */
final class EntryRules {
    /** May have {@code IOSQE_BUFFER_SELECT}. */
    private static final Set<Opcode> SELECTS = EnumSet.of(
            Opcode.READ,
            Opcode.READV,
            Opcode.READ_MULTISHOT,
            Opcode.RECV,
            Opcode.RECVMSG,
            Opcode.SEND,
            Opcode.URING_CMD);

    /** Use {@code ioprio}; it must be 0 in all others. */
    private static final Set<Opcode> PRIORITIES = EnumSet.of(
            Opcode.READV,
            Opcode.WRITEV,
            Opcode.READ_FIXED,
            Opcode.WRITE_FIXED,
            Opcode.READV_FIXED,
            Opcode.WRITEV_FIXED,
            Opcode.READ,
            Opcode.WRITE,
            Opcode.READ_MULTISHOT,
            Opcode.SENDMSG,
            Opcode.RECVMSG,
            Opcode.SEND,
            Opcode.RECV,
            Opcode.SEND_ZC,
            Opcode.SENDMSG_ZC,
            Opcode.RECV_ZC,
            Opcode.ACCEPT);

    /** Don't tell their chain when they fail: the next member starts all the same. */
    private static final Set<Opcode> FAIL_QUIETLY = EnumSet.of(
            Opcode.FSYNC,
            Opcode.SYNC_FILE_RANGE,
            Opcode.FALLOCATE,
            Opcode.FTRUNCATE,
            Opcode.STATX,
            Opcode.RENAMEAT,
            Opcode.UNLINKAT,
            Opcode.MKDIRAT,
            Opcode.SYMLINKAT,
            Opcode.LINKAT,
            Opcode.FSETXATTR,
            Opcode.SETXATTR,
            Opcode.FGETXATTR,
            Opcode.GETXATTR,
            Opcode.MADVISE,
            Opcode.SHUTDOWN);

    private EntryRules() {}

    static boolean maySelect(Opcode opcode) {
        return SELECTS.contains(opcode);
    }

    static boolean usesPriority(Opcode opcode) {
        return PRIORITIES.contains(opcode);
    }

    static boolean breaksChain(Opcode opcode) {
        return !FAIL_QUIETLY.contains(opcode);
    }
}
