package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One submission queue entry, write-only. Each {@code prep} method writes the whole entry; {@link #flags} and
 * {@link #userData} are set after it. The object is a view that its queue moves: keep no reference.
 *
 * <p>Descriptors are numbers here. For a direct descriptor pass its slot and add {@link Abi#SQE_FIXED_FILE} to the flags.
 * Addresses are plain numbers too: unless a method says otherwise, what they point to must stay valid until the operation's
 * last completion. What is "read during submission" may be used anew when the submission has returned; with SQPOLL, where
 * the kernel's thread submits at a time of its own, it too must stay until the completion.
 */
public final class Sqe
        implements RingSqe, FileSqe, PipeSqe, PathSqe, SocketSqe, SendSqe, ReceiveSqe, CommandSqe, EventSqe {
    private static final int WORDS = (int) (SqeLayout.BYTES / Long.BYTES);
    private static final long USER_DATA_WORD = SqeLayout.USER_DATA / Long.BYTES;
    private static final int COMMAND_BYTES = (int) (SqeLayout.BYTES - SqeLayout.COMMAND);
    private static final int WIDE_COMMAND_BYTES = (int) (2 * SqeLayout.BYTES - SqeLayout.COMMAND);

    private final boolean wide;
    private MemorySegment queue;
    private long base;

    /** Word 0 as it stands in the entry, so that nothing is read back from memory that the kernel shares. */
    private long head;

    Sqe(MemorySegment queue) {
        this(queue, false);
    }

    /** A view of a queue whose entries have 128 bytes instead of 64 when they are wide. */
    Sqe(MemorySegment queue, boolean wide) {
        this.queue = queue;
        this.wide = wide;
    }

    /** The entries have moved; this view is valid again after the next claim. */
    void moveTo(MemorySegment newQueue) {
        queue = newQueue;
    }

    Sqe moveTo(long offset) {
        base = offset;
        return this;
    }

    // ---- what can be added to any operation

    /**
     * Adds {@code IOSQE_*} flags to those that the {@code prep} method set.
     *
     * @param flags {@code IOSQE_*}
     * @return this entry
     */
    public Sqe flags(int flags) {
        return writeHead(head | flagBits(flags));
    }

    /**
     * The descriptor is a slot of the registered files.
     *
     * @return this entry
     */
    public Sqe fixedFile() {
        return flags(Abi.SQE_FIXED_FILE);
    }

    /**
     * The next entry starts when this one has succeeded in full; otherwise it ends with {@code -ECANCELED}. Since
     * Linux 5.3.
     *
     * @return this entry
     */
    public Sqe link() {
        return flags(Abi.SQE_IO_LINK);
    }

    /**
     * The next entry starts when this one has ended, however that was; a failed preparation cuts the chain all the
     * same. Since Linux 5.5.
     *
     * @return this entry
     */
    public Sqe hardLink() {
        return flags(Abi.SQE_IO_HARDLINK);
    }

    /**
     * Takes {@link #link} and {@link #hardLink} back.
     *
     * @return this entry
     */
    public Sqe unlink() {
        return writeHead(head & ~flagBits(Abi.SQE_IO_LINK | Abi.SQE_IO_HARDLINK));
    }

    /**
     * Starts when all that was submitted before has ended, and nothing submitted later starts earlier. Since Linux 5.2.
     *
     * @return this entry
     */
    public Sqe drain() {
        return flags(Abi.SQE_IO_DRAIN);
    }

    /**
     * Goes to a worker thread of the kernel at once, without an attempt to complete in place. Since Linux 5.6.
     *
     * @return this entry
     */
    public Sqe async() {
        return flags(Abi.SQE_ASYNC);
    }

    /**
     * Posts no completion when it succeeds. A ring on which this was ever used refuses {@link #drain}. Nothing that owns memory
     * or a descriptor may be silent: its end would go unnoticed. Nor may such a thing be linked behind a silent entry:
     * when that one fails, all that it cuts off ends without a completion. Since Linux 5.17.
     *
     * @return this entry
     */
    public Sqe skipSuccess() {
        return flags(Abi.SQE_CQE_SKIP_SUCCESS);
    }

    /**
     * The kernel picks a buffer of this group when it has something to put there. Since Linux 5.7.
     *
     * @param bufferGroup the group's number
     * @return this entry
     */
    public Sqe selectBuffer(int bufferGroup) {
        putBufferIndex(Arguments.unsignedShort(bufferGroup, "bufferGroup"));
        return flags(Abi.SQE_BUFFER_SELECT);
    }

    /**
     * What makes a descriptor (an open, an accept, a socket, a pipe) puts it into this slot of the registered files
     * instead, where a file that was there is closed. Completes with 0.
     *
     * @param slot of the registered files
     * @return this entry
     * @throws IllegalStateException when the operation makes none
     */
    public Sqe intoSlot(int slot) {
        return putFileIndex(Arguments.slot(slot) + 1, "intoSlot");
    }

    /**
     * What makes a descriptor (an open, an accept, a socket, a pipe) puts it into a free slot of the registered files
     * instead. Completes with the slot (a pipe with 0), {@code -ENFILE} when none is free. Since Linux 5.19.
     *
     * @return this entry
     * @throws IllegalStateException when the operation makes none
     */
    public Sqe intoFreeSlot() {
        return putFileIndex(Abi.FILE_INDEX_ALLOC, "intoFreeSlot");
    }

    private Sqe putFileIndex(int index, String modifier) {
        switch (opcode()) {
            case ACCEPT, OPENAT, OPENAT2, SOCKET, PIPE -> Access.putInt(queue, base + SqeLayout.FILE_INDEX, index);
            default -> throw notFor(modifier);
        }
        return this;
    }

    /**
     * The priority of a read or a write among those of its device, {@code ioprio_set(2)}: {@link Libc#IOPRIO_CLASS_BE} or
     * another class, and a level of 0, the first, to 7 within it. Without one it is the process's.
     *
     * @param priorityClass {@link Libc#IOPRIO_CLASS_BE} or another
     * @param level within the class, 0 to 7
     * @return this entry
     * @throws IllegalStateException when the operation is another
     */
    public Sqe ioPriority(int priorityClass, int level) {
        if (priorityClass < Libc.IOPRIO_CLASS_NONE
                || priorityClass > Libc.IOPRIO_CLASS_IDLE
                || level < 0
                || level > 7) {
            throw new IllegalArgumentException(
                    "no priority has the class " + priorityClass + " and the level " + level);
        }
        return switch (opcode()) {
            case READV, WRITEV, READ_FIXED, WRITE_FIXED, READ, WRITE, READV_FIXED, WRITEV_FIXED ->
                addPriority(priorityClass << Libc.IOPRIO_CLASS_SHIFT | level);
            default -> throw notFor("ioPriority");
        };
    }

    /**
     * Runs with the credentials of a registered personality. Since Linux 5.6.
     *
     * @param personality its number
     * @return this entry
     */
    public Sqe personality(int personality) {
        short number = (short) Arguments.unsignedShort(personality, "personality");
        queue.set(ValueLayout.JAVA_SHORT, base + SqeLayout.PERSONALITY, number);
        return this;
    }

    /**
     * Has a receive or a send (Linux 5.19), or an accept (6.10), wait until the socket is ready before it is tried for the first
     * time: saves the attempt where it is known to be in vain.
     *
     * @return this entry
     * @throws IllegalStateException when the operation is another
     */
    public Sqe pollFirst() {
        return switch (opcode()) {
            case SEND, SENDMSG, SEND_ZC, SENDMSG_ZC, RECV, RECVMSG, RECV_ZC -> addPriority(Abi.RECVSEND_POLL_FIRST);
            case ACCEPT -> addPriority(Abi.ACCEPT_POLL_FIRST);
            default -> throw notFor("pollFirst");
        };
    }

    /**
     * Has an accept end with {@code -EAGAIN} where it would have to wait. Receives and sends have
     * {@link Libc#MSG_DONTWAIT} for it. Since Linux 6.10.
     *
     * @return this entry
     * @throws IllegalStateException when the operation is another
     */
    public Sqe dontWait() {
        if (opcode() != Opcode.ACCEPT) {
            throw notFor("dontWait");
        }
        return addPriority(Abi.ACCEPT_DONTWAIT);
    }

    /**
     * What a zero-copy send sends lies within this registered buffer, which saves pinning it. Since Linux 6.0, for messages
     * since 6.15.
     *
     * @param index the buffer's
     * @return this entry
     * @throws IllegalStateException when the operation is another
     */
    public Sqe registeredBuffer(int index) {
        requireZeroCopySend("registeredBuffer");
        putBufferIndex(Arguments.unsignedShort(index, "index"));
        return addPriority(Abi.RECVSEND_FIXED_BUF);
    }

    /**
     * A zero-copy send's notification says whether the kernel has copied after all: {@link Abi#NOTIF_USAGE_ZC_COPIED} or 0.
     * Since Linux 6.2.
     *
     * @return this entry
     * @throws IllegalStateException when the operation is another
     */
    public Sqe reportUsage() {
        requireZeroCopySend("reportUsage");
        return addPriority(Abi.SEND_ZC_REPORT_USAGE);
    }

    private void requireZeroCopySend(String modifier) {
        if (opcode() != Opcode.SEND_ZC && opcode() != Opcode.SENDMSG_ZC) {
            throw notFor(modifier);
        }
    }

    private IllegalStateException notFor(String modifier) {
        return new IllegalStateException(modifier + " does not belong to " + opcode());
    }

    /**
     * Writes a word of the command's own bytes, for the operations that carry some. A {@code prep} method leaves them all 0.
     *
     * @param offset the word's place among them, a multiple of 8: up to 8, or up to 72 in entries of 128 bytes
     * @param word what is written there
     * @return this entry
     */
    public Sqe command(int offset, long word) {
        int bytes = wide ? WIDE_COMMAND_BYTES : COMMAND_BYTES;
        if (offset < 0 || offset > bytes - Long.BYTES || offset % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "offset must be a multiple of 8 between 0 and " + (bytes - Long.BYTES) + ": " + offset);
        }
        Access.putLong(queue, base + SqeLayout.COMMAND + offset, word);
        return this;
    }

    /**
     * What the completions will carry, see {@link UserData}.
     *
     * @param userData any number
     */
    public void userData(long userData) {
        Access.putWord(queue, base, USER_DATA_WORD, userData);
    }

    // ---- what stands in the entry, for checks and dumps

    /** {@return the operation that was written last} */
    public Opcode opcode() {
        return Opcode.of((int) head & 0xff);
    }

    /** {@return whether the operation that was written last may complete again and again} */
    public boolean isMultishot() {
        return switch (opcode()) {
            case READ_MULTISHOT, RECV_ZC -> true;
            case RECV, RECVMSG -> (priority() & Abi.RECV_MULTISHOT) != 0;
            case ACCEPT -> (priority() & Abi.ACCEPT_MULTISHOT) != 0;
            case POLL_ADD -> (length() & Abi.POLL_ADD_MULTI) != 0;
            case TIMEOUT -> (operationFlags() & Abi.TIMEOUT_MULTISHOT) != 0;
            default -> false;
        };
    }

    /** {@return the {@code IOSQE_*} flags} */
    public int flags() {
        return (int) (head >>> 8) & 0xff;
    }

    /** {@return the descriptor, or the slot of one} */
    public int fd() {
        return (int) (head >>> 32);
    }

    /** {@return the address field; what it points to depends on the operation} */
    public long address() {
        return Access.getLong(queue, base + SqeLayout.ADDR);
    }

    /** {@return the length field; bytes or something else, depending on the operation} */
    public int length() {
        return Access.getInt(queue, base + SqeLayout.LEN);
    }

    /** {@return the offset field; a second address for some operations} */
    public long offset() {
        return Access.getLong(queue, base + SqeLayout.OFF);
    }

    /** {@return the third address field} */
    public long address3() {
        return Access.getLong(queue, base + SqeLayout.ADDR3);
    }

    /** {@return the operation's own flags, such as {@code msg_flags}} */
    public int operationFlags() {
        return Access.getInt(queue, base + SqeLayout.OP_FLAGS);
    }

    /** {@return the priority field; more flags for some operations} */
    public int priority() {
        return (int) head >>> 16;
    }

    /** {@return the file index field; a second length for some operations} */
    public int fileIndex() {
        return Access.getInt(queue, base + SqeLayout.FILE_INDEX);
    }

    @Override
    public String toString() {
        return opcode() + " fd=" + fd() + " off=" + Access.getLong(queue, base + SqeLayout.OFF) + " addr=0x"
                + Long.toHexString(address()) + " len=" + length() + " op-flags=0x"
                + Integer.toHexString(Access.getInt(queue, base + SqeLayout.OP_FLAGS)) + " sqe-flags=0x"
                + Integer.toHexString(flags());
    }

    // ---- for the families

    Sqe write(
            Opcode opcode,
            int priority,
            int fd,
            long off,
            long address,
            int length,
            int operationFlags,
            int bufferGroup,
            int fileIndex) {
        MemorySegment memory = queue;
        long at = base;
        head = SqeLayout.head(opcode, priority, fd);
        Access.putWord(memory, at, 0, head);
        Access.putWord(memory, at, 1, off);
        Access.putWord(memory, at, 2, address);
        Access.putWord(memory, at, 3, SqeLayout.length(length, operationFlags));
        Access.putWord(memory, at, USER_DATA_WORD, 0L);
        Access.putWord(memory, at, 5, SqeLayout.buffer(bufferGroup, fileIndex));
        clear(memory, at, 6);
        if (wide) {
            clear(memory, at + SqeLayout.BYTES, 0);
        }
        return this;
    }

    /**
     * Writes zeros to the end of a block. A loop on purpose, which the compiler unrolls: only in code that has one it looks for
     * checks that have been made before, and so makes those of all stores into an entry once.
     */
    private static void clear(MemorySegment memory, long at, int firstWord) {
        for (int word = firstWord; word < WORDS; word++) {
            Access.putWord(memory, at, word, 0L);
        }
    }

    /** {@code IOSQE_*} flags at their place in word 0. */
    private static long flagBits(int flags) {
        return (flags & 0xffL) << 8;
    }

    private Sqe writeHead(long word) {
        head = word;
        Access.putWord(queue, base, 0, word);
        return this;
    }

    /** Writes word 48, which {@link #write} leaves at 0. */
    Sqe address3(long address) {
        Access.putLong(queue, base + SqeLayout.ADDR3, address);
        return this;
    }

    /** Writes the address that bytes are sent to: word 8, and its length where the file index is. */
    Sqe sendAddress(long address, int lengthBytes) {
        Access.putLong(queue, base + SqeLayout.OFF, address);
        Access.putInt(queue, base + SqeLayout.FILE_INDEX, lengthBytes);
        return this;
    }

    /** Adds flags to {@code ioprio}, as sends, receives and accepts have them. */
    Sqe addPriority(int flags) {
        return writeHead(head | (flags & 0xffffL) << 16);
    }

    /** Writes the index of a registered buffer, or the number of a buffer group. */
    Sqe putBufferIndex(int index) {
        queue.set(ValueLayout.JAVA_SHORT, base + SqeLayout.BUFFER, (short) index);
        return this;
    }
}
