package io.fluxring.core.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lease objects of a pool, which are used again and again. Where a buffer has one lease at a time it keeps its object for ever:
 * a message at thousands of connections then touches the lines that belong to its buffer and no others. Where leases share a
 * buffer the objects wait in a queue. In checked mode each lease is a fresh object. Owner thread only.
 */
final class LeaseHandles {
    private static final int FIRST_HANDLES = 64;

    private final LeasePool pool;
    private final boolean shared;
    private final ArrayDeque<BufferLease> spare = new ArrayDeque<>();
    private final List<BufferLease> made = new ArrayList<>(); // where they are shared
    private @Nullable BufferLease[] ofBuffer = {};

    /**
     * No handles yet: they are made when they are needed.
     *
     * @param shared whether several leases of one buffer are out at a time
     */
    LeaseHandles(LeasePool pool, boolean shared) {
        this.pool = pool;
        this.shared = shared;
    }

    /** The object for a new lease of a buffer. */
    BufferLease take(int buffer) {
        if (LeaseAudit.CHECKED) {
            return new BufferLease(pool);
        }
        if (shared) {
            BufferLease handle = spare.poll();
            if (handle == null) {
                handle = new BufferLease(pool);
                made.add(handle);
            }
            return handle;
        }
        if (buffer >= ofBuffer.length) {
            ofBuffer = Arrays.copyOf(ofBuffer, Math.max(FIRST_HANDLES, Integer.highestOneBit(buffer) * 2));
        }
        BufferLease handle = ofBuffer[buffer];
        if (handle == null) {
            handle = new BufferLease(pool);
            ofBuffer[buffer] = handle;
        }
        return handle;
    }

    /** Takes the object of a released lease back. */
    void giveBack(BufferLease handle) {
        if (LeaseAudit.CHECKED) {
            return;
        }
        handle.forget();
        if (shared) {
            spare.add(handle); // at the tail: a stale handle stays recognizable for as long as possible
        }
    }

    /** Shows each lease that is not released. */
    void forEachLive(Consumer<BufferLease> action) {
        if (LeaseAudit.CHECKED) {
            pool.audit().live().keySet().forEach(action);
            return;
        }
        for (BufferLease handle : shared ? made.toArray(BufferLease[]::new) : ofBuffer) {
            if (handle != null && handle.isLive()) {
                action.accept(handle);
            }
        }
    }
}
