package io.fluxring.core.sys.layout;

/** What {@code waitid(2)} tells of a child, in {@code siginfo_t}. */
public final class SignalInfoLayout {
    private SignalInfoLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 128;
    /** An int: the signal's number. */
    public static final long SIGNAL = 0;
    /** An int: {@code CLD_*}. */
    public static final long CODE = 8;
    /** An int: the child. */
    public static final long PID = 16;
    /** An int: its user. */
    public static final long UID = 20;
    /** An int: its exit status, or the signal that ended it. */
    public static final long STATUS = 24;
}
