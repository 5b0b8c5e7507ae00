package io.fluxring.reactor.operator;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Addresses of direct buffers, for entries. */
public final class DirectBuffers {
    private DirectBuffers() {}

    /**
     * Where a buffer's bytes from its position on are.
     *
     * @throws IllegalStateException when the buffer is a view of an arena's memory, and the arena is closed: the kernel would read or
     *     write memory that has another owner by now
     */
    public static long address(ByteBuffer buffer) {
        MemorySegment memory = MemorySegment.ofBuffer(buffer);
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("the memory of the buffer is freed, its arena is closed: " + buffer);
        }
        return memory.address();
    }
}
