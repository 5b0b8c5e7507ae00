package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** A piece of memory among several, {@code struct iovec} of {@code readv(2)}. */
public final class VectorLayout {
    private VectorLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 16;

    /** A long: where the bytes begin. */
    public static final long ADDRESS = 0;
    /** A long: how many they are. */
    public static final long LENGTH = 8;

    /**
     * Writes one of several vectors.
     *
     * @param vectors the vectors' memory, aligned to 8 bytes
     * @param index which of them
     * @param address where the bytes begin
     * @param lengthBytes how many they are
     */
    public static void put(MemorySegment vectors, int index, long address, long lengthBytes) {
        long at = index * BYTES;
        Access.putLong(vectors, at + ADDRESS, address);
        Access.putLong(vectors, at + LENGTH, lengthBytes);
    }
}
