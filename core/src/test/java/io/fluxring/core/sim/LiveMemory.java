package io.fluxring.core.sim;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseAudit;
import io.fluxring.core.memory.LeasePool;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel may be handed: live leases of the loops it was told of, and segments that the test owns. As long as it was told
 * of nothing it believes everything. Needs checked mode, see {@link LeaseAudit}.
 */
public final class LiveMemory {
    private final List<RingLoop> loops = new ArrayList<>();
    private final List<MemorySegment> segments = new ArrayList<>();

    LiveMemory() {}

    /** From now on, memory that belongs neither to a live lease of a watched loop nor to the test is refused. */
    public synchronized void watch(RingLoop loop) {
        loops.add(loop);
    }

    /** Memory of the test's own, good for as long as its arena lives. */
    public synchronized MemorySegment own(MemorySegment segment) {
        segments.add(segment);
        return segment;
    }

    synchronized void requireLive(SimulatedKernel kernel, String what, long address, long length) {
        if (loops.isEmpty() || !LeaseAudit.CHECKED || length == 0 || isOwn(address, length)) {
            return;
        }
        for (RingLoop loop : loops) {
            for (LeasePool pool : loop.pools()) {
                for (BufferLease lease : pool.audit().live().keySet()) {
                    MemorySegment memory = memory(lease);
                    if (memory != null && contains(memory, address, length)) {
                        return;
                    }
                }
            }
        }
        throw kernel.violation(what + " has " + length + " bytes at " + Long.toHexString(address)
                + ", which belong to no live lease nor to the test");
    }

    synchronized void requireNoLease(SimulatedKernel kernel, String what, long address, long length) {
        if (!LeaseAudit.CHECKED) {
            return;
        }
        for (RingLoop loop : loops) {
            for (LeasePool pool : loop.pools()) {
                for (BufferLease lease : pool.audit().live().keySet()) {
                    MemorySegment memory = memory(lease);
                    if (memory != null && overlaps(memory, address, length)) {
                        throw kernel.violation(what + " overlaps a live lease: " + lease);
                    }
                }
            }
        }
    }

    private boolean isOwn(long address, long length) {
        for (MemorySegment segment : segments) {
            if (segment.scope().isAlive() && contains(segment, address, length)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable MemorySegment memory(BufferLease lease) {
        try {
            return lease.isLive() ? lease.segment() : null;
        } catch (IllegalStateException e) {
            return null; // released meanwhile by another thread
        }
    }

    private static boolean contains(MemorySegment segment, long address, long length) {
        return address >= segment.address() && address + length <= segment.address() + segment.byteSize();
    }

    private static boolean overlaps(MemorySegment segment, long address, long length) {
        return address < segment.address() + segment.byteSize() && segment.address() < address + length;
    }
}
