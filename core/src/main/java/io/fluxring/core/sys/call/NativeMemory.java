package io.fluxring.core.sys.call;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Views of memory whose address came from the kernel or from an SQE. */
public final class NativeMemory {
    private NativeMemory() {}

    /**
     * Stands for memory that is not there any more: each access throws {@link IllegalStateException}, whatever its offset, where
     * the former address would take the JVM down.
     */
    public static final MemorySegment GONE = gone();

    @SuppressWarnings("restricted") // a view of nothing, that can't be read
    private static MemorySegment gone() {
        try (Arena arena = Arena.ofShared()) {
            return MemorySegment.NULL.reinterpret(Long.MAX_VALUE, arena, null);
        }
    }

    /**
     * A view of exactly {@code lengthBytes} at an address. The view doesn't own the memory: the caller knows how long it lives.
     *
     * @param address where it begins
     * @param lengthBytes its length
     * @return the view
     */
    @SuppressWarnings("restricted") // the one place that turns an address into accessible memory
    public static MemorySegment at(long address, long lengthBytes) {
        return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
    }

    /**
     * A view of exactly {@code lengthBytes} at an address, which lives as long as an arena.
     *
     * @param address where it begins
     * @param lengthBytes its length
     * @param arena when it is closed the view ends
     * @param release gives the memory back when the arena is closed
     * @return the view
     */
    @SuppressWarnings("restricted") // likewise
    public static MemorySegment at(long address, long lengthBytes, Arena arena, Runnable release) {
        return MemorySegment.ofAddress(address).reinterpret(lengthBytes, arena, memory -> release.run());
    }
}
