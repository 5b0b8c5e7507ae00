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

    /** The size in bytes. */
    public static final long BYTES = 16;

    /** An int: the name's length, which may be more than the room for it. */
    public static final long NAME_LENGTH = 0;
    /** An int: the control data's length. */
    public static final long CONTROL_LENGTH = 4;
    /** An int: the payload's length. */
    public static final long PAYLOAD_LENGTH = 8;
    /** An int: {@code MSG_*}. */
    public static final long FLAGS = 12;
}
