package io.fluxring.core.memory;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;

/**
 * Headers for messages that are sent from several places, {@code struct msghdr} with its {@code struct iovec}s. A block is
 * taken for an operation and given back at its end, so that it is stable however late the kernel reads it. Blocks are made when
 * more operations need one than ever before, and live as long as the loop. Belongs to one loop's thread.
 */
public final class MessageVectors {
    /** The most places that one message is sent from. */
    public static final int MOST = 16;

    private static final long HEADER_VECTORS = 16;
    private static final long HEADER_VECTOR_COUNT = 24;
    private static final long FIRST_VECTOR = 64; // the header has 56 bytes
    private static final long VECTOR_BYTES = 16;
    private static final long BLOCK_BYTES = FIRST_VECTOR + MOST * VECTOR_BYTES;
    private static final int BLOCKS_AT_A_TIME = 64;

    private final SegmentAllocator memory;
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();

    public MessageVectors(SegmentAllocator memory) {
        this.memory = memory;
    }

    /** A block with an empty header. */
    public MemorySegment take() {
        if (free.isEmpty()) {
            MemorySegment chunk = memory.allocate(BLOCK_BYTES * BLOCKS_AT_A_TIME, 64);
            for (int i = 0; i < BLOCKS_AT_A_TIME; i++) {
                MemorySegment block = chunk.asSlice(i * BLOCK_BYTES, BLOCK_BYTES);
                Access.putLong(block, HEADER_VECTORS, block.address() + FIRST_VECTOR);
                free.add(block);
            }
        }
        return free.removeLast();
    }

    /** Gives a block back. */
    public void giveBack(MemorySegment block) {
        free.addLast(block);
    }

    /** Sets one place. */
    public static void set(MemorySegment block, int index, long address, long lengthBytes) {
        long vector = FIRST_VECTOR + index * VECTOR_BYTES;
        Access.putLong(block, vector, address);
        Access.putLong(block, vector + 8, lengthBytes);
    }

    /** Sets how many places there are. */
    public static void count(MemorySegment block, int count) {
        Access.putLong(block, HEADER_VECTOR_COUNT, (long) count);
    }
}
