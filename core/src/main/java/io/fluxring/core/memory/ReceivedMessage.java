package io.fluxring.core.memory;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.ReceivedMessageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads one message of a multishot {@code RECVMSG}: a view that is moved from one to the next, see
 * {@link ReceivedMessageLayout}. What it gives are offsets within the buffer, good for as long as the buffer is.
 */
public final class ReceivedMessage {
    private final int nameRoom;
    private final int controlRoom;
    private MemorySegment memory = MemorySegment.NULL;
    private long base;
    private int end;

    /**
     * A view for an operation's messages.
     *
     * @param nameRoomBytes the length of the name in the operation's header
     * @param controlRoomBytes the length of the control data there
     */
    public ReceivedMessage(int nameRoomBytes, int controlRoomBytes) {
        if (nameRoomBytes < 0 || controlRoomBytes < 0) {
            throw new IllegalArgumentException(
                    "negative room: " + nameRoomBytes + " for the name, " + controlRoomBytes + " for control data");
        }
        this.nameRoom = nameRoomBytes;
        this.controlRoom = controlRoomBytes;
    }

    /**
     * Moves to a message.
     *
     * @param buffer where the kernel wrote
     * @param offset of the first byte in {@code buffer}, any: messages that share a buffer are not aligned
     * @param lengthBytes the completion's result
     * @return this
     * @throws IllegalArgumentException when that is no message with such a name and such control data
     */
    public ReceivedMessage wrap(MemorySegment buffer, long offset, int lengthBytes) {
        if (lengthBytes < headerBytes()) {
            throw new IllegalArgumentException(
                    "a message has at least " + headerBytes() + " bytes in front of its payload: " + lengthBytes);
        }
        memory = buffer;
        base = offset;
        end = lengthBytes;
        return this;
    }

    /**
     * Moves to the message in a lease.
     *
     * @param lease of a multishot receive of messages
     * @return this
     */
    public ReceivedMessage wrap(BufferLease lease) {
        int lengthBytes = lease.lengthBytes(); // a released lease shows here
        return wrap(lease.memory(), lease.offsetBytes(), lengthBytes);
    }

    private int headerBytes() {
        return (int) ReceivedMessageLayout.BYTES + nameRoom + controlRoom;
    }

    private int field(long offset) {
        return memory.get(ValueLayout.JAVA_INT_UNALIGNED, base + offset);
    }

    /**
     * {@return the length of the sender's name, which may be larger than the room for it; 0 from a connected stream}
     */
    public int nameLengthBytes() {
        return field(ReceivedMessageLayout.NAME_LENGTH);
    }

    /** {@return where the name begins in the buffer given to {@link #wrap(MemorySegment, long, int)}} */
    public long nameOffset() {
        return base + ReceivedMessageLayout.BYTES;
    }

    /** {@return a view of as much of the name as there was room for} Makes an object. */
    public MemorySegment name() {
        return memory.asSlice(nameOffset(), Math.min(nameLengthBytes(), nameRoom));
    }

    /** {@return the length of the control data} */
    public int controlLengthBytes() {
        return field(ReceivedMessageLayout.CONTROL_LENGTH);
    }

    /** {@return where the control data begin} */
    public long controlOffset() {
        return nameOffset() + nameRoom;
    }

    /** {@return a view of the control data} Makes an object. */
    public MemorySegment control() {
        return memory.asSlice(controlOffset(), Math.min(controlLengthBytes(), controlRoom));
    }

    /** {@return how many bytes there are of the message; with {@link #truncated} fewer than were sent} */
    public int payloadLengthBytes() {
        return Math.min(messageLengthBytes(), end - headerBytes());
    }

    /**
     * {@return the length of the message: that of its payload, or with {@link Libc#MSG_TRUNC} among the operation's
     * flags what was sent, even if a part of it is lost}
     */
    public int messageLengthBytes() {
        return field(ReceivedMessageLayout.PAYLOAD_LENGTH);
    }

    /** {@return where the bytes begin} */
    public long payloadOffset() {
        return controlOffset() + controlRoom;
    }

    /** {@return a view of the bytes} Makes an object. */
    public MemorySegment payload() {
        return memory.asSlice(payloadOffset(), payloadLengthBytes());
    }

    /** {@return what {@code recvmsg(2)} says of the message: {@link Libc#MSG_TRUNC}, {@link Libc#MSG_CTRUNC}, ...} */
    public int flags() {
        return field(ReceivedMessageLayout.FLAGS);
    }

    /** {@return whether the buffer was too small for the message, and the rest is lost} */
    public boolean truncated() {
        return (flags() & Libc.MSG_TRUNC) != 0;
    }

    @Override
    public String toString() {
        return end == 0
                ? "ReceivedMessage[nowhere]"
                : "ReceivedMessage[name " + nameLengthBytes() + ", control " + controlLengthBytes() + ", payload "
                        + payloadLengthBytes() + ", flags 0x" + Integer.toHexString(flags()) + "]";
    }
}
