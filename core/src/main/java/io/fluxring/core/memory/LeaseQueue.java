package io.fluxring.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * Leases in the order of their arrival, linked through the leases themselves: a queue costs three fields, however long it gets.
 * A lease is in one queue at a time, and is not released while it is in one. One thread at a time.
 */
public final class LeaseQueue {
    private @Nullable BufferLease first;
    private @Nullable BufferLease last;
    private int size;

    /** An empty queue. */
    public LeaseQueue() {}

    /**
     * Adds a lease at the end.
     *
     * @param lease live, and in no queue
     * @throws IllegalStateException in checked mode, when the lease is released or in a queue already
     */
    public void add(BufferLease lease) {
        if (LeaseAudit.CHECKED) {
            if (lease.queued || !lease.isLive()) {
                throw new IllegalStateException("released, or in a queue already: " + lease);
            }
            lease.queued = true;
        }
        BufferLease before = last;
        if (before == null) {
            first = lease;
        } else {
            before.next = lease;
        }
        last = lease;
        size++;
    }

    /**
     * Removes the first lease; null when there is none.
     *
     * @return the lease, or null
     */
    public @Nullable BufferLease poll() {
        BufferLease lease = first;
        if (lease == null) {
            return null;
        }
        first = lease.next;
        if (first == null) {
            last = null;
        }
        lease.next = null;
        if (LeaseAudit.CHECKED) {
            lease.queued = false;
        }
        size--;
        return lease;
    }

    /** {@return the first lease, which stays; null when there is none} */
    public @Nullable BufferLease peek() {
        return first;
    }

    /** {@return whether there is none} */
    public boolean isEmpty() {
        return first == null;
    }

    /** {@return how many there are} */
    public int size() {
        return size;
    }

    @Override
    public String toString() {
        return "LeaseQueue[" + size + "]";
    }
}
