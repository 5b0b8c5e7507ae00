package io.fluxring.core.sys.layout;

/** A message's header, {@code struct msghdr}, on a 64-bit system. The vectors that it names are {@link VectorLayout}s. */
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
}
