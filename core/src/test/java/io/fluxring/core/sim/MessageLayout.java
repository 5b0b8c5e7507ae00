package io.fluxring.core.sim;

/** {@code struct msghdr}, 56 bytes. */
final class MessageLayout {
    static final long NAME = 0;
    static final long NAME_LENGTH = 8;
    static final long VECTORS = 16;
    static final long VECTOR_COUNT = 24;
    static final long CONTROL = 32;
    static final long CONTROL_LENGTH = 40;
    static final long FLAGS = 48;

    private MessageLayout() {}
}
