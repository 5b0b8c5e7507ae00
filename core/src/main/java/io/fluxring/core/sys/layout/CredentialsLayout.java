package io.fluxring.core.sys.layout;

/** Who a Unix socket's peer is, {@code struct ucred} of the socket option {@code SO_PEERCRED}. */
public final class CredentialsLayout {
    private CredentialsLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 12;
    /** An int: the process; 0 where there is no peer. */
    public static final long PROCESS = 0;
    /** An unsigned int: the effective user. */
    public static final long USER = 4;
    /** An unsigned int: the effective group. */
    public static final long GROUP = 8;
}
