package io.fluxring.core.sys;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Ordered access to memory that is shared with the kernel. The memory order is part of each name, so that a reader can check
 * the pairing against the rules of {@code io_uring(7)}: release on what we publish, acquire on what the kernel publishes.
 *
 * <p>All handles are static, final and exact: a call with a wrong type throws instead of being an order of magnitude slower.
 */
public final class Access {
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private static final int BLOCK_WORDS = 8;

    /** Words of a block of 64 bytes. Coordinates: memory, the block's offset, the word's index. */
    private static final VarHandle WORD = MemoryLayout.structLayout(
                    MemoryLayout.sequenceLayout(BLOCK_WORDS, ValueLayout.JAVA_LONG)
                            .withName("words"))
            .varHandle(MemoryLayout.PathElement.groupElement("words"), MemoryLayout.PathElement.sequenceElement())
            .withInvokeExactBehavior();

    private Access() {}

    /**
     * Reads an int with no ordering.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @return the value
     */
    public static int getInt(MemorySegment memory, long offset) {
        return (int) INT.get(memory, offset);
    }

    /**
     * Reads an int; nothing that follows moves before it.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @return the value
     */
    public static int getIntAcquire(MemorySegment memory, long offset) {
        return (int) INT.getAcquire(memory, offset);
    }

    /**
     * Reads an int that another party changes at any time, without ordering anything else.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @return the value
     */
    public static int getIntOpaque(MemorySegment memory, long offset) {
        return (int) INT.getOpaque(memory, offset);
    }

    /**
     * Writes an int with no ordering.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @param value what is written
     */
    public static void putInt(MemorySegment memory, long offset, int value) {
        INT.set(memory, offset, value);
    }

    /**
     * Writes an int; nothing that precedes moves behind it.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @param value what is written
     */
    public static void putIntRelease(MemorySegment memory, long offset, int value) {
        INT.setRelease(memory, offset, value);
    }

    /**
     * Reads a long with no ordering.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @return the value
     */
    public static long getLong(MemorySegment memory, long offset) {
        return (long) LONG.get(memory, offset);
    }

    /**
     * Reads longs that lie side by side, with no ordering among them.
     *
     * @param memory native, or as aligned as a long
     * @param offset of the first, in bytes
     * @param to where they are written
     * @param index of the first there
     * @param count how many
     */
    public static void getLongs(MemorySegment memory, long offset, long[] to, int index, int count) {
        MemorySegment.copy(memory, ValueLayout.JAVA_LONG, offset, to, index, count);
    }

    /**
     * Writes a long with no ordering.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @param value what is written
     */
    public static void putLong(MemorySegment memory, long offset, long value) {
        LONG.set(memory, offset, value);
    }

    /**
     * Writes one of the eight words of a block with no ordering. What is checked is the whole block, the same for each word: the
     * compiler does it once for all that are written in a row.
     *
     * @param memory native, or as aligned as the value
     * @param block where the block begins, in bytes
     * @param word its index, 0 to 7
     * @param value the value
     */
    public static void putWord(MemorySegment memory, long block, long word, long value) {
        WORD.set(memory, block, word, value);
    }

    /**
     * Reads a short with no ordering.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @return the value
     */
    public static short getShort(MemorySegment memory, long offset) {
        return (short) SHORT.get(memory, offset);
    }

    /**
     * Reads a short; nothing that follows moves before it.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @return the value
     */
    public static short getShortAcquire(MemorySegment memory, long offset) {
        return (short) SHORT.getAcquire(memory, offset);
    }

    /**
     * Writes a short with no ordering.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @param value what is written
     */
    public static void putShort(MemorySegment memory, long offset, short value) {
        SHORT.set(memory, offset, value);
    }

    /**
     * Writes a short; nothing that precedes moves behind it.
     *
     * @param memory native, or as aligned as the value
     * @param offset in bytes
     * @param value what is written
     */
    public static void putShortRelease(MemorySegment memory, long offset, short value) {
        SHORT.setRelease(memory, offset, value);
    }

    /** Orders every access before it against every access after it. Needed where a store must be seen before a load. */
    public static void fullFence() {
        VarHandle.fullFence();
    }
}
