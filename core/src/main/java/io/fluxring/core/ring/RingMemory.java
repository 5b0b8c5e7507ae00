package io.fluxring.core.ring;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.CqeLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;

/**
 * The memory of the queues, shared with the kernel: mapped from the ring's descriptor, or anonymous memory of this process that
 * the kernel was told to use. Either way it leaves the address space when it is released, so that a late word of the kernel's
 * can't end up in memory of another owner.
 *
 * @param rings both queues' indices, and the completions
 * @param entries the submission entries
 * @param mapped whether it was mapped from the ring
 */
record RingMemory(MemorySegment rings, MemorySegment entries, boolean mapped) {
    private static final long PAGE_BYTES = 4096;

    /** Maps what the kernel has allocated, as it says in the parameters. */
    static RingMemory map(Kernel kernel, RingHandle handle, MemorySegment params) {
        long entriesBytes =
                Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_ENTRIES)) << entryShift(params);
        MemorySegment rings = mapPart(handle, ringsBytes(params), Abi.OFFSET_RINGS);
        try {
            return new RingMemory(rings, mapPart(handle, entriesBytes, Abi.OFFSET_SQES), true);
        } catch (RuntimeException | Error e) {
            kernel.unmapRing(rings.address(), rings.byteSize());
            throw e;
        }
    }

    /**
     * Allocates what the kernel may need for queues of these sizes and the flags in the parameters; it says only afterwards what it
     * does need.
     */
    static RingMemory allocate(Kernel kernel, MemorySegment params, int submissionEntries, int completionEntries) {
        long completions = (long) completionEntries << completionShift(params);
        long ringsBytes = pages(PAGE_BYTES + completions + 4L * submissionEntries);
        MemorySegment rings = fresh(kernel, ringsBytes);
        try {
            MemorySegment entries = fresh(kernel, pages((long) submissionEntries << entryShift(params)));
            return new RingMemory(rings, entries, false);
        } catch (RuntimeException | Error e) {
            kernel.unmap(rings.address(), rings.byteSize());
            throw e;
        }
    }

    /** Tells the kernel in the parameters to use this memory. */
    void announce(MemorySegment params) {
        Access.putLong(params, ParamsLayout.CQ_USER_ADDRESS, rings.address());
        Access.putLong(params, ParamsLayout.SQ_USER_ADDRESS, entries.address());
    }

    void release(Kernel kernel) {
        release(kernel, entries);
        release(kernel, rings);
    }

    private void release(Kernel kernel, MemorySegment part) {
        if (mapped) {
            kernel.unmapRing(part.address(), part.byteSize());
        } else {
            kernel.unmap(part.address(), part.byteSize());
        }
    }

    static boolean hasIndexArray(MemorySegment params) {
        return (flags(params) & Abi.SETUP_NO_SQARRAY) == 0;
    }

    static int entryShift(MemorySegment params) {
        return (flags(params) & Abi.SETUP_SQE128) != 0 ? SqeLayout.SHIFT + 1 : SqeLayout.SHIFT;
    }

    static int completionShift(MemorySegment params) {
        return (flags(params) & Abi.SETUP_CQE32) != 0 ? CqeLayout.SHIFT + 1 : CqeLayout.SHIFT;
    }

    private static int flags(MemorySegment params) {
        return Access.getInt(params, ParamsLayout.FLAGS);
    }

    private static long ringsBytes(MemorySegment params) {
        long completions = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_CQES))
                + (Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_ENTRIES)) << completionShift(params));
        long array = hasIndexArray(params)
                ? Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_ARRAY))
                        + 4L * Access.getInt(params, ParamsLayout.SQ_ENTRIES)
                : 0;
        return Math.max(completions, array);
    }

    private static long pages(long bytes) {
        return (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    private static MemorySegment mapPart(RingHandle handle, long lengthBytes, long offset) {
        return at(handle.map(lengthBytes, offset), lengthBytes, "cannot map the ring's memory: ");
    }

    private static MemorySegment fresh(Kernel kernel, long lengthBytes) {
        return at(kernel.mapMemory(lengthBytes), lengthBytes, "cannot allocate the ring's memory: ");
    }

    private static MemorySegment at(long address, long lengthBytes, String failure) {
        if (address < 0) {
            throw new RingUnavailableException(
                    Reason.OTHER,
                    failure + Errno.describe((int) address),
                    "allow the process more address space and maps (ulimit -v, sysctl vm.max_map_count) or make the"
                            + " ring smaller");
        }
        return NativeMemory.at(address, lengthBytes);
    }
}
