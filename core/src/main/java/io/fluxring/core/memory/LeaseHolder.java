package io.fluxring.core.memory;

/** Learns, on the pool's thread, that a lease that it took has come back. Keeps account of quotas. */
@FunctionalInterface
public interface LeaseHolder {
    /** One lease of this holder was taken back by its pool. Not called any more when the loop has ended. */
    void leaseReleased();

    /**
     * Names the holder in messages about leases that are not released, such as {@code fd=12 (closed)}. On the pool's thread.
     *
     * @return the name
     */
    default String describe() {
        return toString();
    }
}
