package io.fluxring.core.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.fluxring.core.entry.UserData;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An entry that the kernel has consumed, and how far it has got with it. */
final class Request {
    private static final int MOST_VECTORS = 1024;
    private static final int KNOWN = Opcode.values().length;

    final @Nullable Opcode opcode; // null for a number that nobody knows
    final boolean multishot;
    final int flags;
    final int priority;
    final int fd;
    final long off;
    final long address;
    final int length;
    final int operationFlags;
    long userData; // a poll's can be changed
    final int bufferGroup;
    final int personality;
    final int fileIndex;
    final long address3;

    @Nullable
    KernelFile file;

    /** The registered file that it uses. */
    FileSlots.@Nullable Slot slot;

    /** The registered buffer that it uses. */
    BufferTable.@Nullable Entry buffer;

    /** The next member of its chain. */
    @Nullable
    Request next;

    /** The time limit that counts for it, and the other way round. */
    @Nullable
    Request timeLimit;

    @Nullable
    Request target;

    /** Whether the next member of the chain is its time limit. */
    boolean awaitsTimeLimit;

    /** Why it could not be prepared. */
    int refusal;

    /** Whether its turn has come: members of a chain wait, and so does what stands behind a barrier. */
    boolean started;

    /** Whether the kernel has begun with it: from then on it holds its file, and can be cancelled. */
    boolean begun;

    /** Whether the rest of its chain is given up when it ends. */
    boolean failed;

    /** Whether it waits until nothing else is in flight. */
    boolean drains;

    /** Whether it was submitted behind a barrier. */
    boolean deferred;

    /** What its preparation has read. */
    @Nullable
    Object detail;

    /** Whether it was looked at before: only the first look, and news, find out that a group is empty. */
    boolean attempted;

    /** Whether a worker or a poll has it, so that it isn't tried at submission. */
    boolean punted;

    /** When a worker gets to it. */
    long startNanos;

    boolean slow;

    boolean cancelled;
    boolean cancelLost;

    /** Whether its result is certain, and only waits to be posted: a cancel doesn't find it any more. */
    boolean decided;

    /** Whether its result is followed by a notification, and whether that result is out. */
    boolean notifies;

    boolean sent;

    boolean ended;

    /** Bytes moved so far. */
    int done;

    /** The most that one receive brings, 0 for as much as a buffer holds. */
    int mostBytes;

    /** What stands in front of each received message. */
    int headerBytes;

    /** Bytes that a multishot receive has brought so far. */
    long total;

    /** What is being sent, as it was when it was handed over. */
    byte @Nullable [] content;

    long[] rangeAddresses = {};
    int[] rangeLengths = {};

    int wantedEvents;
    long seenChanges = -1;
    long dueNanos;
    long intervalNanos;
    long dueCompletions;
    int ticks;

    Request(MemorySegment sqe) {
        int code = Byte.toUnsignedInt(sqe.get(JAVA_BYTE, 0));
        opcode = code < KNOWN ? Opcode.of(code) : null;
        flags = Byte.toUnsignedInt(sqe.get(JAVA_BYTE, SqeLayout.FLAGS));
        priority = Short.toUnsignedInt(sqe.get(ValueLayout.JAVA_SHORT, 2));
        fd = Access.getInt(sqe, SqeLayout.FD);
        off = Access.getLong(sqe, SqeLayout.OFF);
        address = Access.getLong(sqe, SqeLayout.ADDR);
        length = Access.getInt(sqe, SqeLayout.LEN);
        operationFlags = Access.getInt(sqe, SqeLayout.OP_FLAGS);
        userData = Access.getLong(sqe, SqeLayout.USER_DATA);
        bufferGroup = Short.toUnsignedInt(sqe.get(ValueLayout.JAVA_SHORT, SqeLayout.BUFFER));
        personality = Short.toUnsignedInt(sqe.get(ValueLayout.JAVA_SHORT, SqeLayout.PERSONALITY));
        fileIndex = Access.getInt(sqe, SqeLayout.FILE_INDEX);
        address3 = Access.getLong(sqe, SqeLayout.ADDR3);
        multishot = opcode != null && multishot(opcode, priority, length, operationFlags);
    }

    /** Whether one of these flags is set. */
    boolean has(int sqeFlags) {
        return (flags & sqeFlags) != 0;
    }

    boolean operationHas(int operationFlag) {
        return (operationFlags & operationFlag) != 0;
    }

    boolean hasPriority(int priorityFlag) {
        return (priority & priorityFlag) != 0;
    }

    /** Whether a timeout ends at a time, not after one. */
    boolean hasAbsoluteTime() {
        return operationHas(Abi.TIMEOUT_ABS);
    }

    private static boolean multishot(Opcode opcode, int priority, int length, int operationFlags) {
        return switch (opcode) {
            case ACCEPT -> (priority & Abi.ACCEPT_MULTISHOT) != 0;
            case RECV, RECVMSG -> (priority & Abi.RECV_MULTISHOT) != 0;
            case READ_MULTISHOT -> true;
            case POLL_ADD -> (length & Abi.POLL_ADD_MULTI) != 0;
            case TIMEOUT -> (operationFlags & Abi.TIMEOUT_MULTISHOT) != 0;
            default -> false;
        };
    }

    /** The ranges that it reads from, or writes into. */
    void ranges(long[] addresses, int[] lengths) {
        rangeAddresses = addresses;
        rangeLengths = lengths;
    }

    /** The only range that it reads from, or writes into. */
    void range(long rangeAddress, int rangeLength) {
        ranges(new long[] {rangeAddress}, new int[] {rangeLength});
    }

    /** Reads {@code struct iovec}s. 0, or why they are refused. */
    int vectors(long vectors, long count) {
        if (count < 0 || count > MOST_VECTORS) {
            return Errno.EINVAL.result();
        }
        long[] addresses = new long[(int) count];
        int[] lengths = new int[(int) count];
        for (int i = 0; i < count; i++) {
            addresses[i] = RequestRunner.word(vectors + 16L * i);
            lengths[i] = Math.toIntExact(RequestRunner.word(vectors + 16L * i + 8));
        }
        ranges(addresses, lengths);
        return 0;
    }

    /** Remembers what stands in its memory when it begins: from then on nobody but the kernel may change it. */
    void remember() {
        content = read();
    }

    int totalBytes() {
        return Arrays.stream(rangeLengths).sum();
    }

    private byte[] read() {
        byte[] bytes = new byte[totalBytes()];
        int at = 0;
        for (int i = 0; i < rangeAddresses.length; i++) {
            MemorySegment range = NativeMemory.at(rangeAddresses[i], rangeLengths[i]);
            MemorySegment.copy(range, JAVA_BYTE, 0, bytes, at, rangeLengths[i]);
            at += rangeLengths[i];
        }
        return bytes;
    }

    /** What the kernel reads from is read when it is needed: it must be what was handed over. */
    void requireUnchanged(SimulatedKernel kernel) {
        requireLive(kernel);
        if (!Arrays.equals(content, read())) {
            throw kernel.violation(this + ": the bytes were changed while the kernel was sending them");
        }
    }

    void requireLive(SimulatedKernel kernel) {
        for (int i = 0; i < rangeAddresses.length; i++) {
            kernel.memory().requireLive(kernel, this.toString(), rangeAddresses[i], rangeLengths[i]);
        }
    }

    /** Writes bytes into the ranges, behind those that are done. The application must have kept its hands off them. */
    void fill(SimulatedKernel kernel, byte[] bytes) {
        requireLive(kernel);
        if (!Arrays.equals(content, read())) {
            throw kernel.violation(this + ": the memory was written while the kernel was receiving into it");
        }
        int from = 0;
        int skip = done;
        for (int i = 0; i < rangeAddresses.length && from < bytes.length; i++) {
            int taken = Math.min(Math.max(0, rangeLengths[i] - skip), bytes.length - from);
            if (taken > 0) {
                MemorySegment target = NativeMemory.at(rangeAddresses[i] + skip, taken);
                MemorySegment.copy(bytes, from, target, JAVA_BYTE, 0, taken);
                from += taken;
            }
            skip = Math.max(0, skip - rangeLengths[i]);
        }
        done += bytes.length;
        remember();
    }

    /** The bytes behind those that are done. */
    byte[] rest(int most) {
        return Arrays.copyOfRange(content, done, Math.min(content.length, done + most));
    }

    @Override
    public String toString() {
        return opcode + (multishot ? " multishot" : "") + " fd=" + fd + " [slot " + UserData.slot(userData)
                + " generation "
                + UserData.generation(userData) + "]" + (done > 0 ? " " + done + " bytes done" : "")
                + (cancelled ? " cancelled" : "");
    }
}
