package io.fluxring.core.memory;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/** A message that is sent from several places, {@code struct msghdr} with its {@code struct iovec}s, in a scratch block. */
public final class MessageVectors {
    /** The most places that one message is sent from. */
    public static final int MOST = 16;

    private static final long NAME = 0;
    private static final long NAME_LENGTH = 8;
    private static final long VECTORS = 16;
    private static final long VECTOR_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long FLAGS = 48;
    private static final long FIRST_VECTOR = 64; // the header has 56 bytes
    private static final long VECTOR_BYTES = 16;

    private MessageVectors() {}

    /** Sets one place, before {@link #header}. */
    public static void set(MemorySegment block, int index, long address, long lengthBytes) {
        long vector = FIRST_VECTOR + index * VECTOR_BYTES;
        Access.putLong(block, vector, address);
        Access.putLong(block, vector + 8, lengthBytes);
    }

    /** Writes the header over the first {@code count} places, without a peer's name and without control data. */
    public static void header(MemorySegment block, int count) {
        Access.putLong(block, NAME, 0L);
        Access.putLong(block, NAME_LENGTH, 0L);
        Access.putLong(block, CONTROL, 0L);
        Access.putLong(block, CONTROL_LENGTH, 0L);
        Access.putLong(block, FLAGS, 0L);
        Access.putLong(block, VECTORS, block.address() + FIRST_VECTOR);
        Access.putLong(block, VECTOR_COUNT, (long) count);
    }
}
