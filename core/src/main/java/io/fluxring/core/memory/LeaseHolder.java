package io.fluxring.core.memory;

/** Learns, on the pool's thread, that a lease that it took has come back. Keeps account of quotas. */
@FunctionalInterface
public interface LeaseHolder {
    /** One lease of this holder was taken back by its pool. */
    void leaseReleased();
}
