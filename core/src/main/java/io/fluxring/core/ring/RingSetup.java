package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Kernel;
import io.fluxring.core.sys.NativeMemory;
import io.fluxring.core.sys.ParamsLayout;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SqeLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/** Makes a ring: tries the newest flags first and drops those that an older kernel refuses. */
final class RingSetup {
    /** What each attempt gives up, newest first: 6.6, 6.1, 6.0. Nothing before 5.19 is attempted. */
    private static final int[] DROPPED_IN_TURN = {
        0, Abi.SETUP_NO_SQARRAY, Abi.SETUP_DEFER_TASKRUN, Abi.SETUP_SINGLE_ISSUER
    };

    private static final int REQUIRED_FEATURES =
            Abi.FEAT_SINGLE_MMAP | Abi.FEAT_NODROP | Abi.FEAT_SUBMIT_STABLE | Abi.FEAT_EXT_ARG;

    private static final int PROBED_OPERATIONS = 256;

    private RingSetup() {}

    /** The ring, disabled: the thread that enables it becomes its owner. */
    static Ring open(Kernel kernel, RingConfig config) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(ParamsLayout.BYTES, Long.BYTES);
            int fd = setup(kernel, config, params);
            try {
                return map(kernel, config, params, fd);
            } catch (RuntimeException | Error e) {
                kernel.close(fd);
                throw e;
            }
        }
    }

    private static int setup(Kernel kernel, RingConfig config, MemorySegment params) {
        int flags = wantedFlags(config);
        int result = 0;
        for (int dropped : DROPPED_IN_TURN) {
            flags &= ~dropped;
            params.fill((byte) 0);
            Access.putInt(params, ParamsLayout.FLAGS, flags);
            Access.putInt(params, ParamsLayout.CQ_ENTRIES, config.completionEntries());
            if (config.sqPoll()) {
                Access.putInt(params, ParamsLayout.SQ_THREAD_IDLE, config.sqPollIdleMillis());
            }
            result = kernel.setup(config.submissionEntries(), params);
            if (result != Errno.EINVAL.result()) {
                break;
            }
        }
        if (result < 0) {
            throw Refusal.of(result, config);
        }
        return result;
    }

    private static int wantedFlags(RingConfig config) {
        int flags = Abi.SETUP_CQSIZE
                | Abi.SETUP_R_DISABLED
                | Abi.SETUP_SUBMIT_ALL
                | Abi.SETUP_SINGLE_ISSUER
                | Abi.SETUP_NO_SQARRAY;
        // The polling thread runs the completion work itself: deferring it contradicts that, and the kernel says
        // EINVAL.
        return flags | (config.sqPoll() ? Abi.SETUP_SQPOLL : Abi.SETUP_DEFER_TASKRUN);
    }

    private static Ring map(Kernel kernel, RingConfig config, MemorySegment params, int fd) {
        int features = Access.getInt(params, ParamsLayout.FEATURES);
        if ((features & REQUIRED_FEATURES) != REQUIRED_FEATURES) {
            throw Refusal.of(Errno.EINVAL.result(), config);
        }
        int setupFlags = Access.getInt(params, ParamsLayout.FLAGS);
        boolean indexArray = (setupFlags & Abi.SETUP_NO_SQARRAY) == 0;
        long ringsBytes = ringsBytes(params, indexArray);
        long sqesBytes = SqeLayout.BYTES * Access.getInt(params, ParamsLayout.SQ_ENTRIES);
        MemorySegment rings = mapPart(kernel, fd, ringsBytes, Abi.OFFSET_RINGS);
        MemorySegment sqes;
        try {
            sqes = mapPart(kernel, fd, sqesBytes, Abi.OFFSET_SQES);
        } catch (RuntimeException e) {
            kernel.unmap(rings.address(), rings.byteSize());
            throw e;
        }
        Capabilities capabilities =
                new Capabilities(System.getProperty("os.version", "?"), setupFlags, features, probe(kernel, fd), false);
        return new Ring(
                kernel,
                fd,
                rings,
                sqes,
                new SubmissionQueue(rings, sqes, params, indexArray),
                new CompletionQueue(rings, params),
                capabilities);
    }

    private static long ringsBytes(MemorySegment params, boolean indexArray) {
        long completions = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_CQES))
                + 16L * Access.getInt(params, ParamsLayout.CQ_ENTRIES);
        long array = indexArray
                ? Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_ARRAY))
                        + 4L * Access.getInt(params, ParamsLayout.SQ_ENTRIES)
                : 0;
        return Math.max(completions, array);
    }

    private static MemorySegment mapPart(Kernel kernel, int fd, long lengthBytes, long offset) {
        long address = kernel.map(fd, lengthBytes, offset);
        if (address < 0) {
            throw new RingUnavailableException(
                    RingUnavailableException.Reason.OTHER,
                    "cannot map the ring's memory: " + Errno.describe((int) address));
        }
        return NativeMemory.at(address, lengthBytes);
    }

    private static BitSet probe(Kernel kernel, int fd) {
        BitSet operations = new BitSet(PROBED_OPERATIONS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment probe = arena.allocate(16 + 8L * PROBED_OPERATIONS, Long.BYTES);
            if (kernel.register(fd, RegisterOperation.PROBE.code(), probe.address(), PROBED_OPERATIONS) < 0) {
                return operations;
            }
            int count = Byte.toUnsignedInt(probe.get(ValueLayout.JAVA_BYTE, 1));
            for (int i = 0; i < count; i++) {
                if ((probe.get(ValueLayout.JAVA_SHORT, 16 + 8L * i + 2) & 1) != 0) {
                    operations.set(i);
                }
            }
        }
        return operations;
    }
}
