package io.fluxring.core.memory;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.MessageLayout;
import io.fluxring.core.sys.layout.VectorLayout;
import java.lang.foreign.MemorySegment;

/**
 * A message that is sent from several places, or received into them: {@code struct msghdr} with its {@code struct iovec}s, in a
 * scratch block.
 */
public final class MessageVectors {
    /** The most places that one message has. */
    public static final int MOST = 16;

    private static final int BEFORE_VECTORS = 4; // the header has the room of so many, the last not filled
    private static final long FIRST_VECTOR = BEFORE_VECTORS * VectorLayout.BYTES;

    private MessageVectors() {}

    /**
     * Sets one place, before {@link #header}.
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     * @param index which place, from 0 on
     * @param address where the bytes begin
     * @param lengthBytes how many they are
     */
    public static void set(MemorySegment block, int index, long address, long lengthBytes) {
        VectorLayout.put(block, BEFORE_VECTORS + index, address, lengthBytes);
    }

    /**
     * {@return where the places stand in the block: an array for {@code writev(2)}}
     *
     * @param block the memory
     */
    public static long first(MemorySegment block) {
        return block.address() + FIRST_VECTOR;
    }

    /**
     * Writes the header over the first {@code count} places, without a peer's name and without control data.
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     * @param count how many places are used
     */
    public static void header(MemorySegment block, int count) {
        Access.putLong(block, MessageLayout.NAME, 0L);
        Access.putLong(block, MessageLayout.NAME_LENGTH, 0L);
        Access.putLong(block, MessageLayout.CONTROL, 0L);
        Access.putLong(block, MessageLayout.CONTROL_LENGTH, 0L);
        Access.putLong(block, MessageLayout.FLAGS, 0L);
        Access.putLong(block, MessageLayout.VECTORS, first(block));
        Access.putLong(block, MessageLayout.VECTOR_COUNT, (long) count);
    }

    /**
     * Adds the peer's address to a header: where to send, or where to write the sender's. A multishot receive needs the length
     * only, since it writes to its buffers.
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     * @param address where the name is, or goes
     * @param lengthBytes how many bytes it has, or how much room there is
     */
    public static void name(MemorySegment block, long address, int lengthBytes) {
        Access.putLong(block, MessageLayout.NAME, address);
        Access.putLong(block, MessageLayout.NAME_LENGTH, (long) lengthBytes);
    }

    /**
     * Adds control data to a header, {@code cmsg(3)}; for a multishot receive likewise the length only.
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     * @param address where the data are, or go
     * @param lengthBytes how many they are, or how much room there is
     */
    public static void control(MemorySegment block, long address, long lengthBytes) {
        Access.putLong(block, MessageLayout.CONTROL, address);
        Access.putLong(block, MessageLayout.CONTROL_LENGTH, lengthBytes);
    }

    /**
     * {@return the length of the sender's address, once a one-shot receive has completed}
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     */
    public static int nameLengthBytes(MemorySegment block) {
        return Access.getInt(block, MessageLayout.NAME_LENGTH);
    }

    /**
     * {@return the length of the control data, once a one-shot receive has completed}
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     */
    public static long controlLengthBytes(MemorySegment block) {
        return Access.getLong(block, MessageLayout.CONTROL_LENGTH);
    }

    /**
     * {@return what is said of the message, once a one-shot receive has completed: {@link
     * io.fluxring.core.sys.Libc#MSG_TRUNC}, ...}
     *
     * @param block the message's memory, as {@link MessageVectors} lays it out
     */
    public static int flags(MemorySegment block) {
        return Access.getInt(block, MessageLayout.FLAGS);
    }
}
