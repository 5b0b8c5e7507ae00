package io.fluxring.core.memory.scratch;

import io.fluxring.core.memory.LeaseAudit;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    private final List<MemorySegment> chunks = new ArrayList<>();
    private final Set<Long> taken = new HashSet<>(); // the addresses, in checked mode

    /**
     * Blocks that live as long as the allocator's memory.
     *
     * @param memory where blocks are made
     */
    public ScratchBlocks(SegmentAllocator memory) {
        this.memory = memory;
    }

    /** {@return a block, with whatever its last user has left in it} */
    public MemorySegment take() {
        if (free.isEmpty()) {
            MemorySegment chunk = memory.allocate(BYTES * BLOCKS_AT_A_TIME, ALIGNMENT_BYTES);
            chunks.add(chunk);
            for (int i = 0; i < BLOCKS_AT_A_TIME; i++) {
                free.add(chunk.asSlice(i * BYTES, BYTES));
            }
        }
        MemorySegment block = free.removeLast();
        if (LeaseAudit.CHECKED) {
            taken.add(block.address());
        }
        return block;
    }

    /**
     * Gives a block back.
     *
     * @param block what {@link #take} returned
     * @throws IllegalStateException in checked mode, when the block is not taken
     */
    public void giveBack(MemorySegment block) {
        if (LeaseAudit.CHECKED) {
            if (!taken.remove(block.address())) {
                throw new IllegalStateException("not a block that is taken, or given back twice: " + block);
            }
            block.fill(LeaseAudit.POISON);
        }
        free.addLast(block);
    }

    /**
     * {@return why the kernel may not be told of some bytes: they lie in this memory and not within a block that is
     * taken} Null when there is nothing against it. For checked mode, see {@link LeaseAudit}.
     *
     * @param address where they begin
     * @param lengthBytes how many they are
     */
    public @Nullable String refusal(long address, long lengthBytes) {
        for (MemorySegment chunk : chunks) {
            long offset = address - chunk.address();
            if (offset + lengthBytes > 0 && offset < chunk.byteSize()) {
                long block = Math.max(0, offset) / BYTES;
                boolean within = offset >= block * BYTES && offset + lengthBytes <= (block + 1) * BYTES;
                return within && taken.contains(chunk.address() + block * BYTES)
                        ? null
                        : "are in scratch block " + block + " and not within one that is taken";
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "ScratchBlocks[" + free.size() + " of " + chunks.size() * BLOCKS_AT_A_TIME + " free]";
    }
}
