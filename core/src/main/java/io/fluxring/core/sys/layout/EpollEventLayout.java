package io.fluxring.core.sys.layout;

/**
 * An event of epoll, {@code struct epoll_event}: the events and 8 bytes of the application's own. It is packed on x86-64 and
 * nowhere else, so its size is found at run time; the data may be unaligned.
 */
public final class EpollEventLayout {
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");

    private EpollEventLayout() {}

    /** An int: the events. */
    public static final long EVENTS = 0;
    /** A long: whatever was given with the descriptor. */
    public static final long DATA = PACKED ? 4 : 8;
    /** The size in bytes. */
    public static final long BYTES = DATA + Long.BYTES;
}
