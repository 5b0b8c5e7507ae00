package io.fluxring.core.sys;

import java.lang.foreign.MemorySegment;

/** Views of memory whose address came from the kernel or from an SQE. */
public final class NativeMemory {
    private NativeMemory() {}

    /**
     * A view of exactly {@code lengthBytes} at an address. The view doesn't own the memory: the caller knows how long it lives.
     */
    @SuppressWarnings("restricted") // the one place that turns an address into accessible memory
    public static MemorySegment at(long address, long lengthBytes) {
        return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
    }
}
