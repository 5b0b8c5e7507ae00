package io.fluxring.core.memory;

import io.fluxring.core.memory.owner.OwnedPool;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Equal blocks of native memory, for bytes on their way out and for those of files. Belongs to one loop; allocate on its thread only.
 *
 * <p>A slab that {@link #growing grows} makes more blocks when all it has are taken, up to its most: peers that do not read hold
 * blocks, and must not take them from the others. The block that came back last is lent next, so that after a flood the slab works
 * with a few blocks again, and the caches with it.
 */
public final class Slab extends LeasePool {
    /** Blocks whose size is a multiple of a page begin at one, as direct I/O wants it. */
    private static final long PAGE_BYTES = 4096;

    private static final System.Logger LOG = System.getLogger(Slab.class.getName());

    private final int blockBytes;
    private final int first;
    private final int most;

    private int[] freeBlocks; // a stack
    private int free;
    private int made;

    /** A slab of a fixed size that belongs to the calling thread, and whose memory lives as long as an arena. */
    Slab(Arena arena, int blocks, int blockBytes, Runnable onRemoteRelease) {
        this(arena, blocks, blockBytes, onRemoteRelease, Thread.currentThread());
    }

    /** A slab of a fixed size that belongs to a given thread. */
    Slab(Arena arena, int blocks, int blockBytes, Runnable onRemoteRelease, Thread owner) {
        this(fixed(arena, blocks, blockBytes), blocks, blocks, blockBytes, onRemoteRelease, owner);
    }

    private Slab(
            MemorySegment memory, int blocks, int mostBlocks, int blockBytes, Runnable onRemoteRelease, Thread owner) {
        super(memory, false, onRemoteRelease, owner);
        this.blockBytes = blockBytes;
        this.first = blocks;
        this.most = mostBlocks;
        this.freeBlocks = new int[blocks];
        make(blocks);
    }

    /**
     * A slab that grows and belongs to the calling thread. The addresses of all its blocks are reserved at once, memory is used as
     * they are. Where so many addresses can't be had, the slab keeps the size that it has at first.
     *
     * @param arena when it is closed the memory ends
     * @param blocks how many there are at first, 1 or more
     * @param mostBlocks how many there may be, at least {@code blocks}
     * @param blockBytes the size of each, 1 or more
     * @param kernel reserves the addresses
     * @param onRemoteRelease run by another thread when a release of its own needs the owner's attention
     * @return the slab, for its owner
     */
    @SuppressWarnings("exports") // of no use outside of this module
    public static OwnedPool<Slab> growing(
            Kernel kernel, Arena arena, int blocks, int mostBlocks, int blockBytes, Runnable onRemoteRelease) {
        return new PoolUpkeep<>(make(kernel, arena, blocks, mostBlocks, blockBytes, onRemoteRelease));
    }

    private static Slab make(
            Kernel kernel, Arena arena, int blocks, int mostBlocks, int blockBytes, Runnable onRemoteRelease) {
        requireSizes(blocks, blockBytes);
        if (mostBlocks < blocks) {
            throw new IllegalArgumentException(
                    "a slab of " + blocks + " blocks can't have " + mostBlocks + " at its most");
        }
        Thread owner = Thread.currentThread();
        if (mostBlocks == blocks) {
            return new Slab(arena, blocks, blockBytes, onRemoteRelease, owner);
        }
        MemorySegment reserved = AddressRange.reserve(kernel, arena, (long) mostBlocks * blockBytes);
        if (reserved == null) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "the blocks of " + blockBytes + " bytes stay " + blocks + " and do not grow to " + mostBlocks
                            + ": there are not enough addresses, see ulimit -v");
            return new Slab(arena, blocks, blockBytes, onRemoteRelease, owner);
        }
        return new Slab(reserved, blocks, mostBlocks, blockBytes, onRemoteRelease, owner);
    }

    private static MemorySegment fixed(Arena arena, int blocks, int blockBytes) {
        requireSizes(blocks, blockBytes);
        return arena.allocate((long) blocks * blockBytes, PAGE_BYTES);
    }

    private static void requireSizes(int blocks, int blockBytes) {
        if (blocks < 1 || blockBytes < 1) {
            throw new IllegalArgumentException(
                    "a slab needs at least one block of one byte: " + blocks + " of " + blockBytes);
        }
    }

    /** How many blocks there are so far; see {@link #mostBlocks}. */
    @Override
    public int capacity() {
        return made;
    }

    /** {@return how many blocks there may be in the end: the configured number, or fewer where addresses were short} */
    public int mostBlocks() {
        return most;
    }

    @Override
    long strideBytes() {
        return blockBytes;
    }

    /** How many blocks can be had at once. 0 only when all that there may be are out: the slab grows with its last free block. */
    @Override
    public int free() {
        return free;
    }

    @Override
    boolean isDry() {
        return free == 0;
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
        if (free == 0) {
            make(Math.min(first, most - made));
        }
        return lend(block, (long) block * blockBytes, blockBytes, holder);
    }

    /** Only when none is free: blocks that were used already are lent before those whose memory was never touched. */
    private void make(int count) {
        if (made + count > freeBlocks.length) {
            // All of them may come back. The stack is empty, so nothing of it needs to be kept.
            freeBlocks = new int[(int) Math.min(most, Math.max(2L * made, (long) made + count))];
        }
        made += count;
        for (int i = 1; i <= count; i++) {
            freeBlocks[free++] = made - i;
        }
    }

    @Override
    int wholeBufferBytes() {
        return blockBytes;
    }

    @Override
    void reclaim(int buffer) {
        freeBlocks[free++] = buffer;
    }

    @Override
    public String toString() {
        String limit = made < most ? " (most " + most + ")" : "";
        return "Slab[" + free + " of " + made + " blocks free" + limit + ", " + blockBytes + " bytes each]";
    }
}
