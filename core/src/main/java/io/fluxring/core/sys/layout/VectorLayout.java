package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** A piece of memory among several, {@code struct iovec} of {@code readv(2)}. */
public final class VectorLayout {
    private VectorLayout() {}

    public static final long BYTES = 16;

    public static final long ADDRESS = 0;
    public static final long LENGTH = 8;

    /**
     * Writes one of several vectors.
     *
     * @param vectors the vectors' memory, aligned to 8 bytes
     * @param index which of them
     */
    public static void put(MemorySegment vectors, int index, long address, long lengthBytes) {
        long at = index * BYTES;
        Access.putLong(vectors, at + ADDRESS, address);
        Access.putLong(vectors, at + LENGTH, lengthBytes);
    }
}
