package io.fluxring.benchmarks.reads;

import io.fluxring.core.entry.Sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What is read: blocks of a file that stands in slot 0, at random, into a registered buffer with a block for each read in flight. */
final class ReadTarget {
    static final int BLOCK_BYTES = 4096;
    static final int MOST_IN_FLIGHT = 64;
    static final int SLOT = 0;
    static final int BUFFER = 0;

    private final ReadMode mode;
    private final long blocks;
    private final MemorySegment memory;
    private final long address;
    private long state = 0x9E3779B97F4A7C15L;

    ReadTarget(Arena arena, ReadMode mode, long fileBytes) {
        this.mode = mode;
        this.blocks = fileBytes / BLOCK_BYTES;
        this.memory = arena.allocate((long) MOST_IN_FLIGHT * BLOCK_BYTES, BLOCK_BYTES);
        this.address = memory.address();
        if (blocks < 1) {
            throw new IllegalArgumentException("the file has less than " + BLOCK_BYTES + " bytes");
        }
    }

    ReadMode mode() {
        return mode;
    }

    /** The memory to register as buffer {@link #BUFFER}. */
    MemorySegment memory() {
        return memory;
    }

    /** Prepares a read of a block at random. */
    void prepare(Sqe sqe, int place) {
        sqe.prepReadFixed(SLOT, address + (long) place * BLOCK_BYTES, BLOCK_BYTES, anyPosition(), BUFFER)
                .fixedFile();
        mode.mark(sqe);
    }

    /** Fails unless a whole block came. */
    static void check(int result) {
        if (result != BLOCK_BYTES) {
            throw new IllegalStateException("a read has brought " + result);
        }
    }

    private long anyPosition() {
        state ^= state << 13; // xorshift
        state ^= state >>> 7;
        state ^= state << 17;
        return Long.remainderUnsigned(state, blocks) * BLOCK_BYTES;
    }
}
