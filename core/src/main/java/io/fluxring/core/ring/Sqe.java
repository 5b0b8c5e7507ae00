package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One submission queue entry, write-only. Each {@code prep} method writes the whole entry; {@link #flags} and
 * {@link #userData} are set after it. The object is a view that its queue moves: keep no reference.
 *
 * <p>Descriptors are numbers here. For a direct descriptor pass its slot and add {@link Abi#SQE_FIXED_FILE} to the flags.
 * Addresses are plain numbers too: unless a method says otherwise, what they point to must stay valid until the operation's
 * last completion.
 */
public final class Sqe {
    private final MemorySegment queue;
    private long base;

    Sqe(MemorySegment queue) {
        this.queue = queue;
    }

    Sqe moveTo(long offset) {
        base = offset;
        return this;
    }

    /** Does nothing, and completes with 0. */
    public Sqe prepNop() {
        return write(Opcode.NOP, 0, -1, 0, 0, 0, 0, 0, 0);
    }

    /** Does nothing, and completes with a given result. Since Linux 6.10. */
    public Sqe prepNop(int result) {
        return write(Opcode.NOP, 0, -1, 0, 0, result, Abi.NOP_INJECT_RESULT, 0, 0);
    }

    /**
     * Waits for events of a descriptor, {@code poll(2)}. Completes once, with the events.
     *
     * @param events {@link Abi#POLLIN} and its likes
     */
    public Sqe prepPoll(int fd, int events) {
        return write(Opcode.POLL_ADD, 0, fd, 0, 0, 0, events, 0, 0);
    }

    /** Like {@link #prepPoll}, with a completion for each wake-up of the descriptor, until it is cancelled. Since Linux 5.13. */
    public Sqe prepPollMultishot(int fd, int events) {
        return write(Opcode.POLL_ADD, 0, fd, 0, 0, Abi.POLL_ADD_MULTI, events, 0, 0);
    }

    /**
     * Completes with {@code -ETIME} after a time, or with 0 after a number of other completions.
     *
     * @param timespecAddress {@code struct __kernel_timespec}: seconds and nanoseconds, 16 bytes; read during submission
     * @param completions the number of completions, 0 for the time alone
     * @param timeoutFlags {@link Abi#TIMEOUT_ABS} and its likes
     */
    public Sqe prepTimeout(long timespecAddress, long completions, int timeoutFlags) {
        return write(Opcode.TIMEOUT, 0, -1, completions, timespecAddress, 1, timeoutFlags, 0, 0);
    }

    /** Calls a timeout off, by its user data. */
    public Sqe prepTimeoutRemove(long userData) {
        return write(Opcode.TIMEOUT_REMOVE, 0, -1, 0, userData, 0, 0, 0, 0);
    }

    /**
     * Accepts one connection, {@code accept4(2)}. Completes with its descriptor.
     *
     * @param acceptFlags {@link Abi#SOCK_CLOEXEC}, or 0
     */
    public Sqe prepAccept(int fd, int acceptFlags) {
        return write(Opcode.ACCEPT, 0, fd, 0, 0, 0, acceptFlags, 0, 0);
    }

    /** Like {@link #prepAccept}, into a free slot of the registered files: completes with the slot. Since Linux 5.19. */
    public Sqe prepAcceptDirect(int fd) {
        return write(Opcode.ACCEPT, 0, fd, 0, 0, 0, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /** Accepts connections until it ends; a completion for each. Since Linux 5.19. */
    public Sqe prepAcceptMultishot(int fd, int acceptFlags) {
        return write(Opcode.ACCEPT, Abi.ACCEPT_MULTISHOT, fd, 0, 0, 0, acceptFlags, 0, 0);
    }

    /**
     * Accepts connections into free slots of the registered files until it ends. With no slot left the connection that was
     * taken is lost and the operation ends with {@code -ENFILE}. Since Linux 5.19.
     */
    public Sqe prepAcceptMultishotDirect(int fd) {
        return write(Opcode.ACCEPT, Abi.ACCEPT_MULTISHOT, fd, 0, 0, 0, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /**
     * Cancels the operation with some user data. Completes with 0, {@code -ENOENT} or {@code -EALREADY}; the operation itself
     * ends with its own completion, in any order with this one.
     */
    public Sqe prepCancel(long userData) {
        return write(Opcode.ASYNC_CANCEL, 0, -1, 0, userData, 0, 0, 0, 0);
    }

    /**
     * Cancels every operation on a file. Completes with their number. Since Linux 5.19.
     *
     * @param direct whether {@code fd} is the slot of a direct descriptor (6.0)
     */
    public Sqe prepCancelFd(int fd, boolean direct) {
        int flags = Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_ALL | (direct ? Abi.ASYNC_CANCEL_FD_FIXED : 0);
        return write(Opcode.ASYNC_CANCEL, 0, fd, 0, 0, 0, flags, 0, 0);
    }

    /** Cancels every operation of this ring. Completes with their number. Since Linux 5.19. */
    public Sqe prepCancelAll() {
        return write(Opcode.ASYNC_CANCEL, 0, -1, 0, 0, 0, Abi.ASYNC_CANCEL_ANY | Abi.ASYNC_CANCEL_ALL, 0, 0);
    }

    /** Closes a descriptor. Running operations on it are not cancelled: they hold the file. */
    public Sqe prepClose(int fd) {
        return write(Opcode.CLOSE, 0, fd, 0, 0, 0, 0, 0, 0);
    }

    /** Empties a slot of the registered files. Since Linux 5.15. */
    public Sqe prepCloseDirect(int slot) {
        return write(Opcode.CLOSE, 0, 0, 0, 0, 0, 0, 0, slot + 1);
    }

    /** Sends bytes, {@code send(2)}. Never raises SIGPIPE. */
    public Sqe prepSend(int fd, long address, int lengthBytes, int messageFlags) {
        return write(Opcode.SEND, 0, fd, 0, address, lengthBytes, messageFlags, 0, 0);
    }

    /** Sends from several places, {@code sendmsg(2)}: {@code struct msghdr} and its vectors are read during submission. */
    public Sqe prepSendMessage(int fd, long messageAddress, int messageFlags) {
        return write(Opcode.SENDMSG, 0, fd, 0, messageAddress, 1, messageFlags, 0, 0);
    }

    /** Receives bytes, {@code recv(2)}. */
    public Sqe prepReceive(int fd, long address, int lengthBytes, int messageFlags) {
        return write(Opcode.RECV, 0, fd, 0, address, lengthBytes, messageFlags, 0, 0);
    }

    /** Receives into a buffer that the kernel picks from a group when there are bytes. Since Linux 5.7. */
    public Sqe prepReceiveSelect(int fd, int bufferGroup) {
        write(Opcode.RECV, 0, fd, 0, 0, 0, 0, bufferGroup, 0);
        return flags(Abi.SQE_BUFFER_SELECT);
    }

    /** Like {@link #prepReceiveSelect}, again and again until it ends. Since Linux 6.0. */
    public Sqe prepReceiveMultishot(int fd, int bufferGroup) {
        return prepReceiveMultishot(fd, bufferGroup, 0);
    }

    /**
     * Like {@link #prepReceiveMultishot(int, int)}, ending with the completion that brings the total to a limit, or above it.
     *
     * @param limitBytes the limit (Linux 6.17, {@code -EINVAL} before), 0 for none
     */
    public Sqe prepReceiveMultishot(int fd, int bufferGroup, int limitBytes) {
        write(
                Opcode.RECV,
                Abi.RECV_MULTISHOT,
                fd,
                0,
                0,
                0,
                0,
                bufferGroup,
                limitBytes); // optlen, where the file index is
        return flags(Abi.SQE_BUFFER_SELECT);
    }

    /** Shuts a direction of a socket down, {@code shutdown(2)}. */
    public Sqe prepShutdown(int fd, int how) {
        return write(Opcode.SHUTDOWN, 0, fd, 0, 0, how, 0, 0, 0);
    }

    /** Makes a socket, {@code socket(2)}. Completes with its descriptor. Since Linux 5.19. */
    public Sqe prepSocket(int domain, int type, int protocol) {
        return write(Opcode.SOCKET, 0, domain, type, 0, protocol, 0, 0, 0);
    }

    /** Like {@link #prepSocket}, into a free slot of the registered files: completes with the slot. Since Linux 5.19. */
    public Sqe prepSocketDirect(int domain, int type, int protocol) {
        return write(Opcode.SOCKET, 0, domain, type, 0, protocol, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /** Binds a socket, {@code bind(2)}; the address is read during submission. Since Linux 6.11. */
    public Sqe prepBind(int fd, long socketAddress, int lengthBytes) {
        return write(Opcode.BIND, 0, fd, lengthBytes, socketAddress, 0, 0, 0, 0);
    }

    /** Listens, {@code listen(2)}. Since Linux 6.11. */
    public Sqe prepListen(int fd, int backlog) {
        return write(Opcode.LISTEN, 0, fd, 0, 0, backlog, 0, 0, 0);
    }

    /** Sets a socket's option, {@code setsockopt(2)}. Since Linux 6.7. */
    public Sqe prepSetSocketOption(int fd, int level, int name, long valueAddress, int valueBytes) {
        long levelAndName = (level & 0xffffffffL) | (long) name << 32;
        write(Opcode.URING_CMD, 0, fd, Abi.SOCKET_URING_OP_SETSOCKOPT, levelAndName, 0, 0, 0, valueBytes);
        Access.putLong(queue, base + SqeLayout.ADDR3, valueAddress);
        return this;
    }

    /** Adds {@code IOSQE_*} flags to those that the {@code prep} method set. */
    public Sqe flags(int flags) {
        long at = base + SqeLayout.FLAGS;
        queue.set(ValueLayout.JAVA_BYTE, at, (byte) (queue.get(ValueLayout.JAVA_BYTE, at) | flags));
        return this;
    }

    /** Has a receive or a send wait until the socket is ready before it is tried for the first time. Since Linux 5.19. */
    public Sqe pollFirst() {
        long at = base + SqeLayout.PRIORITY;
        short priority = queue.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
        queue.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (priority | Abi.RECVSEND_POLL_FIRST));
        return this;
    }

    /** What the completions will carry, see {@link UserData}. */
    public void userData(long userData) {
        Access.putLong(queue, base + SqeLayout.USER_DATA, userData);
    }

    private Sqe write(
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
        Access.putLong(memory, at + SqeLayout.HEAD, SqeLayout.head(opcode, priority, fd));
        Access.putLong(memory, at + SqeLayout.OFF, off);
        Access.putLong(memory, at + SqeLayout.ADDR, address);
        Access.putLong(memory, at + SqeLayout.LEN, SqeLayout.length(length, operationFlags));
        Access.putLong(memory, at + SqeLayout.USER_DATA, 0L);
        Access.putLong(memory, at + SqeLayout.BUFFER, SqeLayout.buffer(bufferGroup, fileIndex));
        Access.putLong(memory, at + SqeLayout.ADDR3, 0L);
        Access.putLong(memory, at + SqeLayout.PAD, 0L);
        return this;
    }
}
