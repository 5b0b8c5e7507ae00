package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.EpollEventLayout;
import io.fluxring.core.sys.layout.FutexWaitLayout;
import io.fluxring.core.sys.layout.MessageLayout;
import io.fluxring.core.sys.layout.SignalInfoLayout;
import io.fluxring.core.sys.layout.StatLayout;
import io.fluxring.core.sys.layout.TimespecLayout;
import io.fluxring.core.sys.layout.VectorLayout;
import java.lang.foreign.MemorySegment;

/**
 * Checked mode's look at an operation before the kernel has it: what it points to in the loop's own memory must be lent, to the
 * last byte. Memory from elsewhere is the user's own, and not looked at, except that vectors and message headers are read: a
 * wrong pointer to those ends the process, as it would in C.
 */
final class AddressAudit {
    private final LoopMemory memory;

    AddressAudit(LoopMemory memory) {
        this.memory = memory;
    }

    /**
     * Looks at everything that an entry points to.
     *
     * @throws IllegalStateException naming the operation, the address, the pool and the buffer
     */
    void check(Operation operation, Sqe sqe) {
        switch (sqe.opcode()) {
            case READ,
                    WRITE,
                    READ_FIXED,
                    WRITE_FIXED,
                    RECV,
                    READ_MULTISHOT,
                    SEND,
                    SEND_ZC,
                    RECVMSG,
                    SENDMSG,
                    SENDMSG_ZC,
                    READV,
                    WRITEV,
                    READV_FIXED,
                    WRITEV_FIXED -> checkTransfer(operation, sqe);
            case ACCEPT, CONNECT, BIND, URING_CMD -> checkSocket(operation, sqe);
            case TIMEOUT,
                    LINK_TIMEOUT,
                    TIMEOUT_REMOVE,
                    EPOLL_CTL,
                    EPOLL_WAIT,
                    WAITID,
                    FUTEX_WAIT,
                    FUTEX_WAKE,
                    FUTEX_WAITV -> checkWait(operation, sqe);
            case FILES_UPDATE -> require(operation, "descriptors", sqe.address(), 4L * sqe.length());
            case PIPE -> require(operation, "descriptors", sqe.address(), 8);
            default -> checkPaths(operation, sqe);
        }
    }

    // ---- bytes

    private void checkTransfer(Operation operation, Sqe sqe) {
        boolean selects = (sqe.flags() & Abi.SQE_BUFFER_SELECT) != 0;
        switch (sqe.opcode()) {
            case RECVMSG, SENDMSG, SENDMSG_ZC -> {
                boolean lengthsOnly = sqe.opcode() == Opcode.RECVMSG && (sqe.priority() & Abi.RECV_MULTISHOT) != 0;
                checkMessage(operation, sqe.address(), selects, lengthsOnly);
            }
            case READV, WRITEV, READV_FIXED, WRITEV_FIXED ->
                checkVectors(operation, sqe.address(), Integer.toUnsignedLong(sqe.length()), selects);
            case SEND, SEND_ZC -> {
                if (!selects && (sqe.priority() & Abi.SEND_VECTORIZED) != 0) {
                    checkVectors(operation, sqe.address(), Integer.toUnsignedLong(sqe.length()), false);
                } else if (!selects) {
                    require(operation, "bytes", sqe.address(), Integer.toUnsignedLong(sqe.length()));
                }
                require(operation, "a socket address", sqe.offset(), sqe.fileIndex() & 0xffff);
            }
            default -> {
                if (!selects) {
                    require(operation, "bytes", sqe.address(), Integer.toUnsignedLong(sqe.length()));
                }
            }
        }
    }

    private void checkVectors(Operation operation, long address, long count, boolean selects) {
        long lengthBytes = count * VectorLayout.BYTES;
        require(operation, "vectors", address, lengthBytes);
        if (address == 0 || count == 0 || selects) {
            return;
        }
        MemorySegment vectors = NativeMemory.at(address, lengthBytes);
        for (long at = 0; at < lengthBytes; at += VectorLayout.BYTES) {
            require(
                    operation,
                    "bytes",
                    Access.getLong(vectors, at + VectorLayout.ADDRESS),
                    Access.getLong(vectors, at + VectorLayout.LENGTH));
        }
    }

    private void checkMessage(Operation operation, long address, boolean selects, boolean lengthsOnly) {
        require(operation, "a message header", address, MessageLayout.BYTES);
        if (address == 0) {
            return;
        }
        MemorySegment message = NativeMemory.at(address, MessageLayout.BYTES);
        if (!lengthsOnly) { // a multishot receive gives lengths without places
            require(
                    operation,
                    "a socket address",
                    Access.getLong(message, MessageLayout.NAME),
                    Access.getInt(message, MessageLayout.NAME_LENGTH));
            require(
                    operation,
                    "control data",
                    Access.getLong(message, MessageLayout.CONTROL),
                    Access.getLong(message, MessageLayout.CONTROL_LENGTH));
        }
        checkVectors(
                operation,
                Access.getLong(message, MessageLayout.VECTORS),
                Access.getLong(message, MessageLayout.VECTOR_COUNT),
                selects);
    }

    // ---- what else operations point to

    private void checkSocket(Operation operation, Sqe sqe) {
        switch (sqe.opcode()) {
            case CONNECT, BIND -> require(operation, "a socket address", sqe.address(), sqe.offset());
            case ACCEPT -> {
                require(operation, "the length of a socket address", sqe.offset(), Integer.BYTES);
                require(operation, "a socket address", sqe.address(), room(sqe.offset()));
            }
            default -> require(operation, "an option's value", sqe.address3(), sqe.fileIndex());
        }
    }

    /** The kernel writes as much of an address as there is room for by this. */
    private static int room(long lengthAddress) {
        return lengthAddress == 0 ? 0 : Access.getInt(NativeMemory.at(lengthAddress, Integer.BYTES), 0);
    }

    private void checkWait(Operation operation, Sqe sqe) {
        switch (sqe.opcode()) {
            case TIMEOUT, LINK_TIMEOUT -> require(operation, "a time", sqe.address(), TimespecLayout.BYTES);
            case TIMEOUT_REMOVE -> require(operation, "a time", sqe.offset(), TimespecLayout.BYTES);
            case EPOLL_CTL -> require(operation, "an event", sqe.address(), EpollEventLayout.BYTES);
            case EPOLL_WAIT -> require(operation, "events", sqe.address(), EpollEventLayout.BYTES * sqe.length());
            case WAITID -> require(operation, "a child's status", sqe.offset(), SignalInfoLayout.BYTES);
            case FUTEX_WAITV -> require(operation, "futexes", sqe.address(), FutexWaitLayout.BYTES * sqe.length());
            default -> require(operation, "a futex", sqe.address(), Integer.BYTES);
        }
    }

    private void checkPaths(Operation operation, Sqe sqe) {
        switch (sqe.opcode()) {
            case OPENAT, UNLINKAT, MKDIRAT -> requireText(operation, sqe.address());
            case OPENAT2 -> {
                requireText(operation, sqe.address());
                require(operation, "how to open", sqe.offset(), sqe.length());
            }
            case STATX -> {
                requireText(operation, sqe.address());
                require(operation, "a file's status", sqe.offset(), StatLayout.BYTES);
            }
            case RENAMEAT, LINKAT, SYMLINKAT -> {
                requireText(operation, sqe.address());
                requireText(operation, sqe.offset());
            }
            case SETXATTR, GETXATTR, FSETXATTR, FGETXATTR -> {
                requireText(operation, sqe.address());
                require(operation, "an attribute's value", sqe.offset(), sqe.length());
                requireText(operation, sqe.address3());
            }
            default -> {
                // points to nothing that the kernel reads or writes for it
            }
        }
    }

    /** How long a text is, the kernel finds out itself. */
    private void requireText(Operation operation, long address) {
        require(operation, "a text", address, 1);
    }

    private void require(Operation operation, String what, long address, long lengthBytes) {
        if (address == 0 || lengthBytes <= 0) {
            return;
        }
        String refusal = memory.refusal(address, lengthBytes);
        if (refusal != null) {
            throw new IllegalStateException(operation + ": " + what + ", " + lengthBytes + " bytes at 0x"
                    + Long.toHexString(address) + ", " + refusal);
        }
    }
}
