package io.fluxring.core.sys.layout;

/**
 * What a multishot {@code RECVMSG} puts at the front of each buffer, {@code struct io_uring_recvmsg_out}. Behind it come the
 * sender's name and the control data, each with as much room as the operation's header asked for, and then the payload.
 *
 * <pre>{@code
 *   0 name length | 4 control length | 8 payload length | 12 flags
 *  16 name ... | control data ... | payload ...
 * }</pre>
 */
public final class ReceivedMessageLayout {
    private ReceivedMessageLayout() {}

    public static final long BYTES = 16;

    public static final long NAME_LENGTH = 0;
    public static final long CONTROL_LENGTH = 4;
    public static final long PAYLOAD_LENGTH = 8;
    public static final long FLAGS = 12;
}
