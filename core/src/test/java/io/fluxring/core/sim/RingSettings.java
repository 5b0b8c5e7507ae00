package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was registered with a ring that is neither a file nor a buffer: an eventfd, personalities, restrictions, limits. */
final class RingSettings {
    private static final int RESTRICTION_BYTES = 16;

    private final int[] workers = {8, 1000};
    private final Set<Integer> personalities = new TreeSet<>();
    private int nextPersonality = 1;
    private @Nullable EventFile eventFile;
    private boolean restricted;
    private final BitSet operations = new BitSet();
    private final BitSet registers = new BitSet();
    private int allowedFlags;
    private int requiredFlags;

    // ---- eventfd

    int setEventFile(@Nullable KernelFile file) {
        if (eventFile != null) {
            return Errno.EBUSY.result();
        }
        if (!(file instanceof EventFile chosen)) {
            return (file == null ? Errno.EBADF : Errno.EINVAL).result();
        }
        eventFile = chosen;
        chosen.operationBegins();
        return 0;
    }

    int dropEventFile() {
        if (eventFile == null) {
            return Errno.ENXIO.result();
        }
        eventFile.operationEnds();
        eventFile = null;
        return 0;
    }

    /** Completions were posted; a batch of them is told of once. */
    void posted(MemorySegment rings) {
        if (eventFile != null && (Access.getInt(rings, RingOffsets.CQ_FLAGS) & Abi.CQ_EVENTFD_DISABLED) == 0) {
            eventFile.signal();
        }
    }

    // ---- personalities

    int addPersonality() {
        personalities.add(nextPersonality);
        return nextPersonality++;
    }

    int dropPersonality(int personality) {
        return personalities.remove(personality) ? 0 : Errno.EINVAL.result();
    }

    boolean knowsPersonality(int personality) {
        return personality == 0 || personalities.contains(personality);
    }

    // ---- restrictions

    int restrict(SimulatedRing ring, long argument, int count) {
        if (!ring.isDisabled()) {
            return Errno.EBADFD.result();
        }
        if (restricted) {
            return Errno.EBUSY.result();
        }
        MemorySegment restrictions = NativeMemory.at(argument, (long) RESTRICTION_BYTES * count);
        for (int i = 0; i < count; i++) {
            long at = (long) RESTRICTION_BYTES * i;
            int value = Byte.toUnsignedInt(restrictions.get(ValueLayout.JAVA_BYTE, at + 2));
            switch (restrictions.get(ValueLayout.JAVA_SHORT, at)) {
                case Abi.RESTRICTION_REGISTER_OP -> registers.set(value);
                case Abi.RESTRICTION_SQE_OP -> operations.set(value);
                case Abi.RESTRICTION_SQE_FLAGS_ALLOWED -> allowedFlags = value;
                case Abi.RESTRICTION_SQE_FLAGS_REQUIRED -> requiredFlags = value;
                default -> {
                    return Errno.EINVAL.result();
                }
            }
        }
        restricted = true;
        return 0;
    }

    boolean allows(RegisterOperation operation, boolean disabled) {
        return !restricted || disabled || registers.get(operation.code());
    }

    boolean allows(Opcode opcode, int flags) {
        return !restricted
                || operations.get(opcode.code())
                        && (flags & requiredFlags) == requiredFlags
                        && (flags & ~(allowedFlags | requiredFlags)) == 0;
    }

    // ---- workers

    int setWorkers(long argument) {
        MemorySegment limits = NativeMemory.at(argument, 8);
        for (int i = 0; i < workers.length; i++) {
            int before = workers[i];
            int wanted = Access.getInt(limits, 4L * i);
            workers[i] = wanted == 0 ? before : wanted;
            Access.putInt(limits, 4L * i, before);
        }
        return 0;
    }
}
