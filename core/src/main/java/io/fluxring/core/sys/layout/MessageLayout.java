package io.fluxring.core.sys.layout;

/** A message's header, {@code struct msghdr}, on a 64-bit system. The vectors that it names are {@link VectorLayout}s. */
public final class MessageLayout {
    private MessageLayout() {}

    public static final long BYTES = 56;

    public static final long NAME = 0;
    public static final long NAME_LENGTH = 8; // an int
    public static final long VECTORS = 16;
    public static final long VECTOR_COUNT = 24;
    public static final long CONTROL = 32;
    public static final long CONTROL_LENGTH = 40;
    public static final long FLAGS = 48; // an int
}
