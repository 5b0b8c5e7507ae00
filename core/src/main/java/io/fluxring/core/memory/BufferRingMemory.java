package io.fluxring.core.memory;

import io.fluxring.core.refusal.Host;
import io.fluxring.core.refusal.LockedMemory;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.register.BufferRingRegistration;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a group of provided buffers, registered with the kernel.
 *
 * @param buffers the range for all buffers that there may be; pages that were never written to cost nothing
 * @param entries the ring of entries, shared with the kernel
 * @param mostBuffers how many buffers there may be: as configured, or fewer when there is not so much memory
 */
record BufferRingMemory(MemorySegment buffers, MemorySegment entries, int mostBuffers) {
    private static final long PAGE_BYTES = 4096;
    private static final System.Logger LOG = System.getLogger(BufferRing.class.getName());

    /**
     * Allocates and registers.
     *
     * @throws IllegalStateException when the kernel refuses
     */
    static BufferRingMemory register(
            BufferRingRegistration groups, Kernel kernel, Arena arena, BufferRingConfig config, int group) {
        // Before the registration: when there is not so much memory, the kernel must not keep the group.
        MemorySegment reserved = reserve(kernel, arena, config);
        int most = reserved == null ? config.buffers() : config.mostBuffers();
        MemorySegment buffers = reserved == null
                ? arena.allocate(config.buffers() * BufferRing.strideBytes(config), PAGE_BYTES)
                : reserved;
        MemorySegment own = config.kernelMemory() ? null : arena.allocate(entriesBytes(most), PAGE_BYTES);
        long result = register(groups, own, most, config, group);
        // Entries count against the limit of locked memory: a group that grows less is better than none.
        while (Errno.ofResult((int) Math.min(result, 0)) == Errno.ENOMEM && most > config.buffers()) {
            most = Math.max(config.buffers(), most / 2);
            result = register(groups, own, most, config, group);
        }
        int least = most;
        LockedMemory requests = new LockedMemory(Host.here());
        if (result == Errno.ENOMEM.result()) {
            result = requests.request(entriesBytes(least), () -> register(groups, own, least, config, group));
        }
        requireRegistered((int) Math.min(result, 0), most, config, group, requests);
        if (most < config.mostBuffers()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "group " + group + " grows to " + most + " buffers, not to " + config.mostBuffers()
                            + ": there is not enough memory, see ulimit -l and ulimit -v");
        }
        MemorySegment entries =
                own == null ? NativeMemory.at(result, entriesBytes(most)) : own.asSlice(0, entriesBytes(most));
        return new BufferRingMemory(buffers, entries, most);
    }

    /** The memory of a group that grows; null for a group that does not, or can't. */
    private static @Nullable MemorySegment reserve(Kernel kernel, Arena arena, BufferRingConfig config) {
        if (config.mostBuffers() == config.buffers()) {
            return null;
        }
        return AddressRange.reserve(kernel, arena, config.mostBuffers() * BufferRing.strideBytes(config));
    }

    /** The address of the entries when they are the kernel's, 0 when they are ours, or a negated errno. */
    private static long register(
            BufferRingRegistration groups, @Nullable MemorySegment own, int most, BufferRingConfig config, int group) {
        int flags = config.incremental() ? Abi.PBUF_RING_INC : 0;
        return own == null
                ? groups.registerMapped(entryCount(most), group, flags)
                : groups.register(own.address(), entryCount(most), group, flags);
    }

    private static void requireRegistered(
            int result, int most, BufferRingConfig config, int group, LockedMemory requests) {
        if (Errno.ofResult(result) == Errno.ENOMEM) {
            RingUnavailableException reason = Refusal.ofNeed(
                    result,
                    entryCount(most) + " entries of group " + group + ", " + Math.ceilDiv(entriesBytes(most), 1024L)
                            + " KiB",
                    "use fewer buffers",
                    requests);
            throw new IllegalStateException(
                    "cannot register " + config + " as group " + group + ": " + reason.getMessage(), reason);
        }
        if (result < 0) {
            String needed = config.incremental() ? "Linux 6.12" : config.kernelMemory() ? "Linux 6.4" : "Linux 5.19";
            throw new IllegalStateException("cannot register " + config + " as group " + group + ": "
                    + Errno.describe(result) + "; " + needed + " or newer is needed");
        }
    }

    /** The kernel wants a power of two. */
    private static int entryCount(int buffers) {
        return Integer.highestOneBit(buffers * 2 - 1);
    }

    private static long entriesBytes(int buffers) {
        return entryCount(buffers) * BufRingLayout.ENTRY_BYTES;
    }
}
