package io.fluxring.core.memory;

import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Addresses for a pool that grows: one range for all that there may be, of which pages that were never written to cost nothing. */
final class AddressRange {
    private AddressRange() {}

    /** Reserves a range that ends with an arena; null when there are not so many addresses. */
    static @Nullable MemorySegment reserve(Kernel kernel, Arena arena, long lengthBytes) {
        long address = kernel.reserveMemory(lengthBytes);
        if (address < 0) {
            return null;
        }
        return NativeMemory.at(address, lengthBytes, arena, () -> kernel.unmap(address, lengthBytes));
    }
}
