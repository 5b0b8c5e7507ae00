package io.fluxring.core.stress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory on the heap, because a state is made for each of millions of tries; its addresses mean nothing. */
public final class HeapArena implements Arena {
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        return MemorySegment.ofArray(new long[(int) ((byteSize + Long.BYTES - 1) / Long.BYTES)]);
    }

    @Override
    public MemorySegment.Scope scope() {
        return Arena.global().scope();
    }

    @Override
    public void close() {
        // the garbage collector's
    }
}
