package io.fluxring.core.sys.layout;

import io.fluxring.core.sys.Access;
import java.lang.foreign.MemorySegment;

/**
 * A message's header, {@code struct msghdr}, on a 64-bit system. The vectors that it names are {@link VectorLayout}s. Each piece of its
 * control data begins with a header of its own, {@code struct cmsghdr}, and is aligned to 8 bytes.
 */
public final class MessageLayout {
    private MessageLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 56;

    /** A long: the name's address. */
    public static final long NAME = 0;
    /** An int: the name's length. */
    public static final long NAME_LENGTH = 8;
    /** A long: the vectors' address. */
    public static final long VECTORS = 16;
    /** A long: how many vectors there are. */
    public static final long VECTOR_COUNT = 24;
    /** A long: the control data's address. */
    public static final long CONTROL = 32;
    /** A long: its length. */
    public static final long CONTROL_LENGTH = 40;
    /** An int: {@code MSG_*} of what was received. */
    public static final long FLAGS = 48;

    /** The size of the header of a piece of control data, and the offset of the data in it. */
    public static final long PIECE_BYTES = 16;
    /** A long: the length of a piece with its header, without what aligns the next one. */
    public static final long PIECE_LENGTH = 0;
    /** An int: the protocol of a piece, or {@code SOL_SOCKET}. */
    public static final long PIECE_LEVEL = 8;
    /** An int: what a piece is, by the protocol's numbers. */
    public static final long PIECE_TYPE = 12;

    /**
     * {@return the room that a piece of control data takes}
     *
     * @param dataBytes the length of its data
     */
    public static long pieceSpaceBytes(long dataBytes) {
        return PIECE_BYTES + (dataBytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    /**
     * Writes the header of a piece of control data.
     *
     * @param piece its memory, aligned to 8 bytes
     * @param level the protocol, or {@code SOL_SOCKET}
     * @param type what the data are
     * @param dataBytes the length of the data
     */
    public static void putPiece(MemorySegment piece, int level, int type, long dataBytes) {
        Access.putLong(piece, PIECE_LENGTH, PIECE_BYTES + dataBytes);
        Access.putInt(piece, PIECE_LEVEL, level);
        Access.putInt(piece, PIECE_TYPE, type);
    }
}
