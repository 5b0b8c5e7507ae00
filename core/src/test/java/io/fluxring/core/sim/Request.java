package io.fluxring.core.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.fluxring.core.ring.UserData;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.NativeMemory;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An entry that the kernel has consumed, and how far it has got with it. */
final class Request {
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
    final long userData;
    final int bufferGroup;
    final int fileIndex;
    final long address3;

    @Nullable
    KernelFile file;

    /** Whether it was looked at before: only the first look, and news, find out that a group is empty. */
    boolean attempted;

    /** Whether a worker or a poll has it, so that it isn't tried at submission. */
    boolean punted;

    /** When a worker gets to it. */
    long startNanos;

    boolean slow;

    boolean cancelled;
    boolean cancelLost;
    boolean ended;

    /** Bytes moved so far. */
    int done;

    /** Bytes that a multishot receive has brought so far. */
    long total;

    /** What is being sent, as it was when it was handed over. */
    byte @Nullable [] content;

    long[] rangeAddresses = {};
    int[] rangeLengths = {};

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
        fileIndex = Access.getInt(sqe, SqeLayout.FILE_INDEX);
        address3 = Access.getLong(sqe, SqeLayout.ADDR3);
        multishot = opcode != null && multishot(opcode, priority, length, operationFlags);
    }

    boolean has(int sqeFlag) {
        return (flags & sqeFlag) != 0;
    }

    private static boolean multishot(Opcode opcode, int priority, int length, int operationFlags) {
        return switch (opcode) {
            case ACCEPT -> (priority & Abi.ACCEPT_MULTISHOT) != 0;
            case RECV -> (priority & Abi.RECV_MULTISHOT) != 0;
            case POLL_ADD -> (length & Abi.POLL_ADD_MULTI) != 0;
            case TIMEOUT -> (operationFlags & Abi.TIMEOUT_MULTISHOT) != 0;
            default -> false;
        };
    }

    /** Remembers the ranges that a send reads from, and what stands there now. */
    void ranges(long[] addresses, int[] lengths) {
        rangeAddresses = addresses;
        rangeLengths = lengths;
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

    /** What the kernel sends is read when it is sent: it must be what was handed over. */
    void requireUnchanged(SimulatedKernel kernel) {
        for (int i = 0; i < rangeAddresses.length; i++) {
            kernel.memory().requireLive(kernel, this.toString(), rangeAddresses[i], rangeLengths[i]);
        }
        if (!Arrays.equals(content, read())) {
            throw kernel.violation(this + ": the bytes were changed while the kernel was sending them");
        }
    }

    @Override
    public String toString() {
        return opcode + (multishot ? " multishot" : "") + " fd=" + fd + " [slot " + UserData.slot(userData)
                + " generation "
                + UserData.generation(userData) + "]" + (done > 0 ? " " + done + " bytes done" : "")
                + (cancelled ? " cancelled" : "");
    }
}
