package io.fluxring.core.memory;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Equal blocks of native memory, for bytes on their way out. Belongs to one loop; allocate on its thread only.
 */
public final class Slab extends LeasePool {
    private final int blockBytes;
    private final int[] freeBlocks;
    private int free;

    /**
     * A slab that belongs to the calling thread, and whose memory lives as long as an arena.
     *
     * @param arena what the memory lives with
     * @param blocks how many
     * @param blockBytes the size of each
     * @param onRemoteRelease run by another thread when a release of its own needs the owner's attention
     */
    public Slab(Arena arena, int blocks, int blockBytes, Runnable onRemoteRelease) {
        this(arena, blocks, blockBytes, onRemoteRelease, Thread.currentThread());
    }

    /** A slab that belongs to a given thread. */
    Slab(Arena arena, int blocks, int blockBytes, Runnable onRemoteRelease, Thread owner) {
        super(arena.allocate((long) blocks * blockBytes, 64), false, onRemoteRelease, owner);
        if (blocks < 1 || blockBytes < 1) {
            throw new IllegalArgumentException(
                    "a slab needs at least one block of one byte: " + blocks + " of " + blockBytes);
        }
        this.blockBytes = blockBytes;
        this.freeBlocks = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            freeBlocks[i] = blocks - 1 - i;
        }
        this.free = blocks;
    }

    @Override
    public int capacity() {
        return freeBlocks.length;
    }

    @Override
    long strideBytes() {
        return blockBytes;
    }

    @Override
    public int free() {
        return free;
    }

    /**
     * {@return a whole block, or null when all are taken; {@link #whenFree} tells when to ask again}
     *
     * @param holder who has the lease, for messages; null for an unknown one
     */
    public @Nullable BufferLease allocate(@Nullable LeaseHolder holder) {
        if (!mayTake()) {
            return null;
        }
        int block = freeBlocks[--free];
        return lend(block, (long) block * blockBytes, blockBytes, holder);
    }

    @Override
    void reclaim(int buffer) {
        freeBlocks[free++] = buffer;
    }

    @Override
    public String toString() {
        return "Slab[" + free + " of " + freeBlocks.length + " blocks free, " + blockBytes + " bytes each]";
    }
}
