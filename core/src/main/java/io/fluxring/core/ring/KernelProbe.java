package io.fluxring.core.ring;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.ProbeLayout;
import io.fluxring.core.sys.layout.QueryLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * What a kernel knows, found out by asking it, and by trying where it can't be asked.
 *
 * @param queried whether the kernel answers questions ({@code IORING_REGISTER_QUERY}, 6.18)
 * @param registerOperations the numbers of its register operations
 * @param setupFlags the {@code IORING_SETUP_*} that it knows
 * @param enterFlags the {@code IORING_ENTER_*} that it knows
 * @param sqeFlags the {@code IOSQE_*} that it knows
 */
record KernelProbe(boolean queried, BitSet registerOperations, int setupFlags, int enterFlags, int sqeFlags) {
    private static final int NO_RING = -1;

    /** A descriptor that can't exist, and is not the one that means no ring at all. */
    private static final int BAD_DESCRIPTOR = -2;

    private static final int NO_OPERATION = 0x7000;
    private static final int PROBED_OPERATIONS = 256;
    private static final int ENTER_FLAGS_OF_5_18 = Abi.ENTER_GETEVENTS
            | Abi.ENTER_SQ_WAKEUP
            | Abi.ENTER_SQ_WAIT
            | Abi.ENTER_EXT_ARG
            | Abi.ENTER_REGISTERED_RING;
    private static final int SQE_FLAGS_OF_5_17 = 0x7f;

    /** Asks or tries. Needs no ring. */
    static KernelProbe of(Kernel kernel, String release) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment question = arena.allocate(QueryLayout.BYTES, Long.BYTES);
            MemorySegment answer = arena.allocate(QueryLayout.ANSWER_BYTES, Long.BYTES);
            Access.putLong(question, QueryLayout.ANSWER_ADDRESS, answer.address());
            Access.putInt(question, QueryLayout.QUESTION, QueryLayout.OPCODES);
            Access.putInt(question, QueryLayout.ANSWER_SIZE, (int) QueryLayout.ANSWER_BYTES);
            int result = kernel.register(NO_RING, RegisterOperation.QUERY.code(), question.address(), 0);
            boolean answered = result >= 0 && Access.getInt(question, QueryLayout.RESULT) >= 0;
            return answered ? answered(answer) : tried(kernel, KernelRelease.of(release));
        }
    }

    private static KernelProbe answered(MemorySegment answer) {
        BitSet registerOperations = new BitSet();
        registerOperations.set(0, Access.getInt(answer, QueryLayout.REGISTER_OPERATIONS));
        return new KernelProbe(
                true,
                registerOperations,
                (int) Access.getLong(answer, QueryLayout.SETUP_FLAGS),
                (int) Access.getLong(answer, QueryLayout.ENTER_FLAGS),
                (int) Access.getLong(answer, QueryLayout.SQE_FLAGS));
    }

    /** Flags can't be tried without a side effect: for them the release has to do. */
    private static KernelProbe tried(Kernel kernel, KernelRelease release) {
        int setupFlags = 0;
        for (SetupFlag flag : SetupFlag.values()) {
            setupFlags |= release.has(flag.since()) ? flag.bit() : 0;
        }
        int enterFlags = ENTER_FLAGS_OF_5_18
                | (release.has("6.12") ? Abi.ENTER_ABS_TIMER : 0)
                | (release.has("6.13") ? Abi.ENTER_EXT_ARG_REG : 0)
                | (release.has("6.15") ? Abi.ENTER_NO_IOWAIT : 0);
        return new KernelProbe(
                false, triedRegisterOperations(kernel, release), setupFlags, enterFlags, SQE_FLAGS_OF_5_17);
    }

    /**
     * The kernel looks at the operation's number before it looks at the descriptor: with a bad one, an operation that it knows
     * fails with {@code EBADF} and others with {@code EINVAL}. Where even nonsense gives {@code EBADF} the release has to do.
     */
    private static BitSet triedRegisterOperations(Kernel kernel, KernelRelease release) {
        int nonsense = kernel.register(BAD_DESCRIPTOR, NO_OPERATION, 0L, 0);
        boolean tells = nonsense == Errno.EINVAL.result();
        BitSet known = new BitSet();
        for (RegisterOperation operation : RegisterOperation.values()) {
            boolean knows = tells
                    ? kernel.register(BAD_DESCRIPTOR, operation.code(), 0L, 0) == Errno.EBADF.result()
                    : release.has(operation.since());
            known.set(operation.code(), knows);
        }
        return known;
    }

    /** The numbers of the operations that a ring's kernel supports, {@code IORING_REGISTER_PROBE}. */
    static BitSet operations(RingHandle handle) {
        BitSet operations = new BitSet(PROBED_OPERATIONS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment probe =
                    arena.allocate(ProbeLayout.ENTRIES + ProbeLayout.ENTRY_BYTES * PROBED_OPERATIONS, Long.BYTES);
            if (handle.register(RegisterOperation.PROBE, probe.address(), PROBED_OPERATIONS) < 0) {
                return operations;
            }
            int count = Byte.toUnsignedInt(probe.get(ValueLayout.JAVA_BYTE, ProbeLayout.COUNT));
            for (int i = 0; i < count; i++) {
                long entry = ProbeLayout.ENTRIES + i * ProbeLayout.ENTRY_BYTES;
                if ((Access.getShort(probe, entry + ProbeLayout.ENTRY_FLAGS) & Abi.OP_SUPPORTED) != 0) {
                    operations.set(i);
                }
            }
        }
        return operations;
    }
}
