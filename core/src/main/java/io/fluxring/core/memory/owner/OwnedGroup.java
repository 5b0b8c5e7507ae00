package io.fluxring.core.memory.owner;

/**
 * A group of provided buffers, for its owner.
 *
 * @param <P> the group as users have it
 */
public interface OwnedGroup<P> extends OwnedPool<P> {
    /** Tells the kernel to forget the group. Leases stay valid: their memory is the arena's. Idempotent; a closed ring has done it. */
    void unregister();
}
