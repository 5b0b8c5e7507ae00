package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * The operations on sockets: making, connecting, accepting, receiving, sending, and their options. In the order of the kernel's header. What holds for all of them is said at
 * {@link Sqe}.
 */
public sealed interface SocketSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /** Sends from several places, {@code sendmsg(2)}: {@code struct msghdr} and its vectors are read during submission. */
    @Prepares(Opcode.SENDMSG)
    default Sqe prepSendMessage(int fd, long messageAddress, int messageFlags) {
        return entry().write(Opcode.SENDMSG, 0, fd, 0, messageAddress, 1, messageFlags, 0, 0);
    }

    /**
     * Accepts one connection, {@code accept4(2)}. Completes with its descriptor.
     *
     * @param acceptFlags {@link Libc#SOCK_CLOEXEC}, or 0
     */
    @Prepares(Opcode.ACCEPT)
    default Sqe prepAccept(int fd, int acceptFlags) {
        return entry().write(Opcode.ACCEPT, 0, fd, 0, 0, 0, acceptFlags, 0, 0);
    }

    /** Like {@link #prepAccept}, into a free slot of the registered files: completes with the slot. Since Linux 5.19. */
    @Prepares(value = Opcode.ACCEPT, since = "5.19")
    default Sqe prepAcceptDirect(int fd) {
        return entry().write(Opcode.ACCEPT, 0, fd, 0, 0, 0, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /** Accepts connections until it ends; a completion for each. Since Linux 5.19. */
    @Prepares(value = Opcode.ACCEPT, since = "5.19")
    default Sqe prepAcceptMultishot(int fd, int acceptFlags) {
        return entry().write(Opcode.ACCEPT, Abi.ACCEPT_MULTISHOT, fd, 0, 0, 0, acceptFlags, 0, 0);
    }

    /**
     * Accepts connections into free slots of the registered files until it ends. With no slot left the connection that was
     * taken is lost and the operation ends with {@code -ENFILE}. Since Linux 5.19.
     */
    @Prepares(value = Opcode.ACCEPT, since = "5.19")
    default Sqe prepAcceptMultishotDirect(int fd) {
        return entry().write(Opcode.ACCEPT, Abi.ACCEPT_MULTISHOT, fd, 0, 0, 0, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /** Sends bytes, {@code send(2)}. Never raises SIGPIPE. */
    @Prepares(Opcode.SEND)
    default Sqe prepSend(int fd, long address, int lengthBytes, int messageFlags) {
        return entry().write(Opcode.SEND, 0, fd, 0, address, lengthBytes, messageFlags, 0, 0);
    }

    /** Receives bytes, {@code recv(2)}. */
    @Prepares(Opcode.RECV)
    default Sqe prepReceive(int fd, long address, int lengthBytes, int messageFlags) {
        return entry().write(Opcode.RECV, 0, fd, 0, address, lengthBytes, messageFlags, 0, 0);
    }

    /** Receives into a buffer that the kernel picks from a group when there are bytes. Since Linux 5.7. */
    @Prepares(value = Opcode.RECV, since = "5.7")
    default Sqe prepReceiveSelect(int fd, int bufferGroup) {
        entry().write(Opcode.RECV, 0, fd, 0, 0, 0, 0, bufferGroup, 0);
        return entry().flags(Abi.SQE_BUFFER_SELECT);
    }

    /** Like {@link #prepReceiveSelect}, again and again until it ends. Since Linux 6.0. */
    @Prepares(value = Opcode.RECV, since = "6.0")
    default Sqe prepReceiveMultishot(int fd, int bufferGroup) {
        return prepReceiveMultishot(fd, bufferGroup, 0);
    }

    /**
     * Like {@link #prepReceiveMultishot(int, int)}, ending with the completion that brings the total to a limit, or above it.
     *
     * @param limitBytes the limit (Linux 6.17, {@code -EINVAL} before), 0 for none
     */
    @Prepares(Opcode.RECV)
    default Sqe prepReceiveMultishot(int fd, int bufferGroup, int limitBytes) {
        entry().write(
                        Opcode.RECV,
                        Abi.RECV_MULTISHOT,
                        fd,
                        0,
                        0,
                        0,
                        0,
                        bufferGroup,
                        limitBytes); // optlen, where the file index is
        return entry().flags(Abi.SQE_BUFFER_SELECT);
    }

    /** Shuts a direction of a socket down, {@code shutdown(2)}. */
    @Prepares(Opcode.SHUTDOWN)
    default Sqe prepShutdown(int fd, int how) {
        return entry().write(Opcode.SHUTDOWN, 0, fd, 0, 0, how, 0, 0, 0);
    }

    /** Makes a socket, {@code socket(2)}. Completes with its descriptor. Since Linux 5.19. */
    @Prepares(Opcode.SOCKET)
    default Sqe prepSocket(int domain, int type, int protocol) {
        return entry().write(Opcode.SOCKET, 0, domain, type, 0, protocol, 0, 0, 0);
    }

    /** Like {@link #prepSocket}, into a free slot of the registered files: completes with the slot. Since Linux 5.19. */
    @Prepares(Opcode.SOCKET)
    default Sqe prepSocketDirect(int domain, int type, int protocol) {
        return entry().write(Opcode.SOCKET, 0, domain, type, 0, protocol, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /** Sets a socket's option, {@code setsockopt(2)}. Since Linux 6.7. */
    @Prepares(Opcode.URING_CMD)
    default Sqe prepSetSocketOption(int fd, int level, int name, long valueAddress, int valueBytes) {
        long levelAndName = (level & 0xffffffffL) | (long) name << 32;
        entry().write(Opcode.URING_CMD, 0, fd, Abi.SOCKET_URING_OP_SETSOCKOPT, levelAndName, 0, 0, 0, valueBytes);
        return entry().address3(valueAddress);
    }

    /** Binds a socket, {@code bind(2)}; the address is read during submission. Since Linux 6.11. */
    @Prepares(Opcode.BIND)
    default Sqe prepBind(int fd, long socketAddress, int lengthBytes) {
        return entry().write(Opcode.BIND, 0, fd, lengthBytes, socketAddress, 0, 0, 0, 0);
    }

    /** Listens, {@code listen(2)}. Since Linux 6.11. */
    @Prepares(Opcode.LISTEN)
    default Sqe prepListen(int fd, int backlog) {
        return entry().write(Opcode.LISTEN, 0, fd, 0, 0, backlog, 0, 0, 0);
    }
}
