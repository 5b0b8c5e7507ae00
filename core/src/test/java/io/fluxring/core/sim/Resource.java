package io.fluxring.core.sim;

/** Something registered with a ring. What was taken out of its table stays until its last user has ended; then its tag says so. */
abstract class Resource {
    private final SimulatedRing ring;
    private final long tag;
    private int users;
    private boolean removed;

    Resource(SimulatedRing ring, long tag) {
        this.ring = ring;
        this.tag = tag;
    }

    final void use() {
        users++;
    }

    final void leave() {
        users--;
        postIfUnused();
    }

    /** It was taken out of its table. */
    final void remove() {
        removed = true;
        postIfUnused();
    }

    private void postIfUnused() {
        if (removed && users == 0) {
            ring.postTag(tag);
        }
    }
}
