package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * The kernel's worker threads ({@code iou-wrk}), which run what can't be completed in place. They belong to the thread that
 * submitted, not to the ring: all rings of a thread share them. With {@code IORING_SETUP_SQPOLL} they are the polling thread's,
 * and so is what is set here.
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}. Methods return 0, or a negated errno.
 */
public final class Workers {
    private static final int MAX_PROCESSORS = 1 << 16;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public Workers(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * How many workers there may be. Since Linux 5.15.
     *
     * @param limits two numbers, 0 to leave one as it is, replaced by the former ones: workers for bounded work (regular files
     *     and block devices; at first the smaller of the submission entries and four a processor), and for unbounded work
     *     (all else; at first the limit of processes). Above {@code RLIMIT_NPROC} the second is cut to it.
     * @return 0, or a negated errno
     */
    @Registers(RegisterOperation.IOWQ_MAX_WORKERS)
    public int exchangeLimits(int[] limits) {
        if (limits.length != 2 || limits[0] < 0 || limits[1] < 0) {
            throw new IllegalArgumentException("two numbers of workers are needed, neither negative");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment exchanged = arena.allocateFrom(ValueLayout.JAVA_INT, limits);
            int result = ring.register(RegisterOperation.IOWQ_MAX_WORKERS, exchanged.address(), 2);
            if (result == 0) {
                limits[0] = Access.getInt(exchanged, 0);
                limits[1] = Access.getInt(exchanged, Integer.BYTES);
            }
            return result;
        }
    }

    /**
     * On which processors workers run that are started from now on; those that run stay where they are. Since Linux 5.14.
     *
     * @param processors numbered from 0; at least one that there is, for the kernel overlooks those that there are not
     * @return 0; {@code -EINVAL} for processors that the thread's control group may not use
     */
    @Registers(RegisterOperation.IOWQ_AFF)
    public int affinity(BitSet processors) {
        if (processors.isEmpty() || processors.length() > MAX_PROCESSORS) {
            throw new IllegalArgumentException("not a set of processors: " + processors);
        }
        try (Arena arena = Arena.ofConfined()) {
            // The kernel reads whole longs, lowest first, as a set of bits gives them.
            long[] mask = processors.toLongArray();
            MemorySegment bits = arena.allocateFrom(ValueLayout.JAVA_LONG, mask);
            return ring.register(RegisterOperation.IOWQ_AFF, bits.address(), (int) bits.byteSize());
        }
    }

    /**
     * Workers run on any processor again. Since Linux 5.14.
     *
     * @return 0, or a negated errno
     */
    @Registers(RegisterOperation.UNREGISTER_IOWQ_AFF)
    public int anyAffinity() {
        return ring.register(RegisterOperation.UNREGISTER_IOWQ_AFF, 0L, 0);
    }
}
