package io.fluxring.core.sys.layout;

/** What {@code waitid(2)} tells of a child, in {@code siginfo_t}. */
public final class SignalInfoLayout {
    private SignalInfoLayout() {}

    public static final long BYTES = 128;
    public static final long SIGNAL = 0;
    public static final long CODE = 8;
    public static final long PID = 16;
    public static final long UID = 20;
    public static final long STATUS = 24;
}
