package io.fluxring.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;

/**
 * Small blocks of native memory for what an operation points to besides its data: a message's header, an address, a time. A
 * block is taken for one operation and given back at its end, so that it is stable however late the kernel reads it. Blocks are
 * made when more operations need one than ever before, and live as long as the loop. Belongs to one loop's thread.
 */
public final class ScratchBlocks {
    /** The size of a block. */
    public static final long BYTES = 320;

    private static final int BLOCKS_AT_A_TIME = 64;
    private static final long ALIGNMENT_BYTES = 64;

    private final SegmentAllocator memory;
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();

    /** Blocks that live as long as the allocator's memory. */
    public ScratchBlocks(SegmentAllocator memory) {
        this.memory = memory;
    }

    /** A block, with whatever its last user has left in it. */
    public MemorySegment take() {
        if (free.isEmpty()) {
            MemorySegment chunk = memory.allocate(BYTES * BLOCKS_AT_A_TIME, ALIGNMENT_BYTES);
            for (int i = 0; i < BLOCKS_AT_A_TIME; i++) {
                free.add(chunk.asSlice(i * BYTES, BYTES));
            }
        }
        return free.removeLast();
    }

    /** Gives a block back. */
    public void giveBack(MemorySegment block) {
        free.addLast(block);
    }
}
