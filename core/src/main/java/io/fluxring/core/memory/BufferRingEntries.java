package io.fluxring.core.memory;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.MemorySegment;

/**
 * The entries of a ring of provided buffers, and its tail, in memory that is shared with the kernel. The kernel takes entries up
 * to the tail at any time, so that each is written before the tail shows it. Owner thread only.
 */
final class BufferRingEntries {
    private final MemorySegment memory;
    private final int mask;

    private int tail;

    /** An empty ring of as many entries as the memory holds, a power of two. */
    BufferRingEntries(MemorySegment memory) {
        this.memory = memory;
        this.mask = (int) (memory.byteSize() / BufRingLayout.ENTRY_BYTES) - 1;
    }

    /**
     * Hands a buffer to the kernel. Address and length are written anew each time: the kernel changes both in an incremental
     * ring.
     *
     * @param address where the buffer begins
     * @param lengthBytes its length
     * @param buffer the number by which completions name it, 0 to 65,535
     */
    void put(long address, int lengthBytes, int buffer) {
        long entry = (tail & mask) * BufRingLayout.ENTRY_BYTES;
        Access.putLong(memory, entry + BufRingLayout.ENTRY_ADDR, address);
        Access.putInt(memory, entry + BufRingLayout.ENTRY_LEN, lengthBytes);
        Access.putShort(memory, entry + BufRingLayout.ENTRY_BID, (short) buffer);
        tail++;
        Access.putShortRelease(memory, BufRingLayout.TAIL, (short) tail);
    }

    /** How many buffers were handed to the kernel so far; the kernel sees the low 16 bits. */
    int tail() {
        return tail;
    }
}
