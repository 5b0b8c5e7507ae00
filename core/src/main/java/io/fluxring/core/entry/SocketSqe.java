package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * The operations that make, connect, accept and shut down sockets; {@link SendSqe} and {@link ReceiveSqe} have those on their bytes,
 * {@link CommandSqe} their options. In the order of the kernel's header. What holds for all of them is said at {@link Sqe}.
 *
 * <p><b>Lifetimes.</b> What is <i>read during submission</i> (socket addresses) is free again once the enter that took the entry has
 * returned; with a polling kernel thread, once the operation has completed.
 *
 * <p><b>Multishot.</b> A multishot accept completes again and again, and has ended with the completion without
 * {@link Abi#CQE_F_MORE}, whatever its result: an error, or a full completion queue. {@link Sqe#skipSuccess} would keep the last
 * completion from its owner: never combine the two.
 *
 * <p><b>Direct descriptors.</b> What makes a socket ({@code accept}, {@code socket}) can put it into the registered files
 * instead ({@link Sqe#intoSlot}, {@link Sqe#intoFreeSlot}); {@link Libc#SOCK_CLOEXEC} does not go with that.
 */
public sealed interface SocketSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- ACCEPT, CONNECT

    /**
     * Accepts one connection, {@code accept4(2)}. Completes with its descriptor, and with {@link Abi#CQE_F_SOCK_NONEMPTY} when
     * more wait. With {@code -EMFILE} the connection stays where it is.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param acceptFlags {@link Libc#SOCK_CLOEXEC}, {@link Libc#SOCK_NONBLOCK}, or 0
     * @return this entry
     */
    @Prepares(Opcode.ACCEPT)
    default Sqe prepAccept(int fd, int acceptFlags) {
        return accept(0, fd, 0, 0, acceptFlags, 0);
    }

    /**
     * Like {@link #prepAccept(int, int)}, with the peer's address.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param acceptFlags {@link Libc#SOCK_CLOEXEC}, {@link Libc#SOCK_NONBLOCK}, or 0
     * @param socketAddress where the address is written; must stay valid until the completion
     * @param socketAddressLength an int: the room at {@code socketAddress} in bytes, and after the completion the address's
     *     length, which may be larger; must stay valid until the completion
     * @return this entry
     */
    @Prepares(Opcode.ACCEPT)
    default Sqe prepAccept(int fd, int acceptFlags, long socketAddress, long socketAddressLength) {
        Arguments.address(socketAddress, "socketAddress");
        Arguments.address(socketAddressLength, "socketAddressLength");
        return accept(0, fd, socketAddress, socketAddressLength, acceptFlags, 0);
    }

    /**
     * Like {@link #prepAccept(int, int)}, into a free slot of the registered files: completes with the slot. With none left the
     * connection is lost and the result is {@code -ENFILE}. Since Linux 5.19.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @return this entry
     */
    @Prepares(value = Opcode.ACCEPT, since = "5.19")
    default Sqe prepAcceptDirect(int fd) {
        return accept(0, fd, 0, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    /**
     * Like {@link #prepAcceptDirect(int)}, into a given slot, whose file is replaced: completes with 0. Since Linux 5.15.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param slot of the registered files
     * @return this entry
     */
    @Prepares(value = Opcode.ACCEPT, since = "5.15")
    default Sqe prepAcceptDirect(int fd, int slot) {
        return accept(0, fd, 0, 0, 0, Arguments.slot(slot) + 1);
    }

    /**
     * Accepts connections until it ends; a completion for each. Ends with an error ({@code -EMFILE}, {@code -EINVAL} once the
     * listener was shut down). Since Linux 5.19.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param acceptFlags {@link Libc#SOCK_CLOEXEC}, {@link Libc#SOCK_NONBLOCK}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.ACCEPT, since = "5.19")
    default Sqe prepAcceptMultishot(int fd, int acceptFlags) {
        return accept(Abi.ACCEPT_MULTISHOT, fd, 0, 0, acceptFlags, 0);
    }

    /**
     * Accepts connections into free slots of the registered files until it ends. With no slot left the connection that was
     * taken is lost and the operation ends with {@code -ENFILE}. Since Linux 5.19.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @return this entry
     */
    @Prepares(value = Opcode.ACCEPT, since = "5.19")
    default Sqe prepAcceptMultishotDirect(int fd) {
        return accept(Abi.ACCEPT_MULTISHOT, fd, 0, 0, 0, Abi.FILE_INDEX_ALLOC);
    }

    private Sqe accept(int priority, int fd, long address, long addressLength, int acceptFlags, int fileIndex) {
        Arguments.flags(acceptFlags, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, "acceptFlags");
        return entry().write(Opcode.ACCEPT, priority, fd, addressLength, address, 0, acceptFlags, 0, fileIndex);
    }

    /**
     * Connects a socket, {@code connect(2)}. Completes with 0 once it is connected, also for a socket that does not block. A
     * limit of time is a linked timeout, which ends it with {@code -ECANCELED}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param socketAddress the peer's address; read during submission
     * @param lengthBytes of the address, 2 to 128
     * @return this entry
     */
    @Prepares(Opcode.CONNECT)
    default Sqe prepConnect(int fd, long socketAddress, int lengthBytes) {
        Arguments.socketAddress(socketAddress, lengthBytes);
        return entry().write(Opcode.CONNECT, 0, fd, lengthBytes, socketAddress, 0, 0, 0, 0);
    }

    // ---- SHUTDOWN, SOCKET

    /**
     * Shuts a direction of a socket down, {@code shutdown(2)}. Receives that wait end with 0, accepts with {@code -EINVAL}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param how {@link Libc#SHUT_RD}, {@link Libc#SHUT_WR} or {@link Libc#SHUT_RDWR}
     * @return this entry
     */
    @Prepares(Opcode.SHUTDOWN)
    default Sqe prepShutdown(int fd, int how) {
        Arguments.between(how, Libc.SHUT_RD, Libc.SHUT_RDWR, "how");
        return entry().write(Opcode.SHUTDOWN, 0, fd, 0, 0, how, 0, 0, 0);
    }

    /**
     * Makes a socket, {@code socket(2)}. Completes with its descriptor. Since Linux 5.19.
     *
     * @param domain the address family, such as {@link Libc#AF_INET}
     * @param type the kind of socket, such as {@link Libc#SOCK_STREAM}
     * @param protocol 0 for the one that domain and type imply
     * @return this entry
     */
    @Prepares(Opcode.SOCKET)
    default Sqe prepSocket(int domain, int type, int protocol) {
        Arguments.notNegative(type, "type");
        Arguments.notNegative(protocol, "protocol");
        return entry().write(Opcode.SOCKET, 0, domain, type, 0, protocol, 0, 0, 0);
    }

    /**
     * Like {@link #prepSocket}, into a free slot of the registered files: completes with the slot, {@code -ENFILE} with none
     * left. Since Linux 5.19.
     *
     * @param domain the address family, such as {@link Libc#AF_INET}
     * @param type without {@link Libc#SOCK_CLOEXEC}
     * @param protocol 0 for the one that domain and type imply
     * @return this entry
     */
    @Prepares(Opcode.SOCKET)
    default Sqe prepSocketDirect(int domain, int type, int protocol) {
        Arguments.flags(type, ~Libc.SOCK_CLOEXEC, "type");
        return prepSocket(domain, type, protocol).intoFreeSlot();
    }

    // ---- BIND, LISTEN

    /**
     * Binds a socket, {@code bind(2)}. Since Linux 6.11.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param socketAddress read during submission
     * @param lengthBytes of the address, 2 to 128
     * @return this entry
     */
    @Prepares(Opcode.BIND)
    default Sqe prepBind(int fd, long socketAddress, int lengthBytes) {
        Arguments.socketAddress(socketAddress, lengthBytes);
        return entry().write(Opcode.BIND, 0, fd, lengthBytes, socketAddress, 0, 0, 0, 0);
    }

    /**
     * Listens, {@code listen(2)}. Since Linux 6.11.
     *
     * @param fd the listener's descriptor, or a slot with {@link Sqe#fixedFile}
     * @param backlog how many connections may wait to be accepted
     * @return this entry
     */
    @Prepares(Opcode.LISTEN)
    default Sqe prepListen(int fd, int backlog) {
        Arguments.notNegative(backlog, "backlog");
        return entry().write(Opcode.LISTEN, 0, fd, 0, 0, backlog, 0, 0, 0);
    }
}
