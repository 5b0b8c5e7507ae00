package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.MessageLayout;

/**
 * The operations on sockets: making, connecting, accepting, receiving, sending; their options are commands, see
 * {@link CommandSqe}. In the order of the kernel's header. What holds for all of them is said at {@link Sqe}.
 *
 * <p><b>Lifetimes.</b> The bytes that are sent, and the places that are received into, belong to the kernel until the last
 * completion. What is <i>read during submission</i> (socket addresses, arrays of vectors, headers of messages to send) is free
 * again once the enter that took the entry has returned; with a polling kernel thread, once the operation has completed.
 *
 * <p><b>Multishot.</b> A multishot operation completes again and again, and has ended with the completion without
 * {@link Abi#CQE_F_MORE}, whatever its result: an error, a full completion queue, the end of the stream. {@link Sqe#skipSuccess}
 * would keep the last completion from its owner: never combine the two.
 *
 * <p><b>Direct descriptors.</b> What makes a socket ({@code accept}, {@code socket}) can put it into the registered files
 * instead ({@link Sqe#intoSlot}, {@link Sqe#intoFreeSlot}); {@link Libc#SOCK_CLOEXEC} does not go with that.
 */
public sealed interface SocketSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- SENDMSG, RECVMSG

    /**
     * Sends from several places, or to an address, or with control data, {@code sendmsg(2)}. Never raises SIGPIPE.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param messageAddress {@link MessageLayout}; it, its vectors, its name and its control data are read during submission
     * @param messageFlags {@link Libc#MSG_WAITALL} and its likes; without that one a send may be short
     * @return this entry
     */
    @Prepares(Opcode.SENDMSG)
    default Sqe prepSendMessage(int fd, long messageAddress, int messageFlags) {
        Arguments.address(messageAddress, "messageAddress");
        return entry().write(Opcode.SENDMSG, 0, fd, 0, messageAddress, 1, messageFlags, 0, 0);
    }

    /**
     * Receives into several places, or with the sender's address, or with control data, {@code recvmsg(2)}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param messageAddress {@link MessageLayout}; the kernel writes to it, its name and its control data until the completion
     * @param messageFlags {@link Libc#MSG_WAITALL} and its likes
     * @return this entry
     */
    @Prepares(Opcode.RECVMSG)
    default Sqe prepReceiveMessage(int fd, long messageAddress, int messageFlags) {
        Arguments.address(messageAddress, "messageAddress");
        return entry().write(Opcode.RECVMSG, 0, fd, 0, messageAddress, 1, messageFlags, 0, 0);
    }

    /**
     * Like {@link #prepReceiveMessage}, with the bytes in a buffer that the kernel picks from a group. The header may have one
     * vector, whose length is the most that is received, or none; its address does not matter. Since Linux 5.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param messageAddress {@link MessageLayout}
     * @param messageFlags {@code MSG_*}, or 0
     * @param bufferGroup the group's number
     * @return this entry
     */
    @Prepares(value = Opcode.RECVMSG, since = "5.7")
    default Sqe prepReceiveMessageSelect(int fd, long messageAddress, int messageFlags, int bufferGroup) {
        return prepReceiveMessage(fd, messageAddress, messageFlags).selectBuffer(bufferGroup);
    }

    /**
     * Receives messages until it ends, each with what is said of it in a buffer of its own, in the form of
     * {@link io.fluxring.core.sys.layout.ReceivedMessageLayout}. Ends also with a datagram without bytes, and with
     * {@code -EFAULT} when a buffer has no room for name and control data. Since Linux 6.0.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param messageAddress {@link MessageLayout}, of which only the lengths of name and control data count: so much room
     *     every buffer will have for them. Read during submission.
     * @param messageFlags not {@link Libc#MSG_WAITALL}
     * @param bufferGroup the group's number
     * @return this entry
     */
    @Prepares(value = Opcode.RECVMSG, since = "6.0")
    default Sqe prepReceiveMessageMultishot(int fd, long messageAddress, int messageFlags, int bufferGroup) {
        Arguments.flags(messageFlags, ~Libc.MSG_WAITALL, "messageFlags");
        return prepReceiveMessage(fd, messageAddress, messageFlags)
                .addPriority(Abi.RECV_MULTISHOT)
                .selectBuffer(bufferGroup);
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

    // ---- SEND

    /**
     * Sends bytes, {@code send(2)}. Never raises SIGPIPE: the result is {@code -EPIPE}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where from; read until the completion
     * @param lengthBytes how many bytes
     * @param messageFlags {@link Libc#MSG_WAITALL} to send all of them before it completes; without it a send may be short.
     *     {@link Libc#MSG_DONTWAIT} to end with {@code -EAGAIN} instead of waiting; a socket's {@code O_NONBLOCK} does not count.
     * @return this entry
     */
    @Prepares(Opcode.SEND)
    default Sqe prepSend(int fd, long address, int lengthBytes, int messageFlags) {
        return send(Opcode.SEND, 0, fd, address, lengthBytes, messageFlags);
    }

    /**
     * Like {@link #prepSend}, to an address, {@code sendto(2)}. Since Linux 6.0.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where from; read until the completion
     * @param lengthBytes how many bytes
     * @param messageFlags {@code MSG_*}, or 0
     * @param socketAddress the peer's address; read during submission
     * @param socketAddressBytes of the address, 2 to 128
     * @return this entry
     */
    @Prepares(value = Opcode.SEND, since = "6.0")
    default Sqe prepSendTo(
            int fd, long address, int lengthBytes, int messageFlags, long socketAddress, int socketAddressBytes) {
        Arguments.socketAddress(socketAddress, socketAddressBytes);
        return send(Opcode.SEND, 0, fd, address, lengthBytes, messageFlags)
                .sendAddress(socketAddress, socketAddressBytes);
    }

    /**
     * Sends what an array of {@code struct iovec} names, as {@link #prepSendMessage} does without a header. Since Linux 6.17.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress the array, read during submission
     * @param vectors how many, 1 to 1,024
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.SEND, since = "6.17")
    default Sqe prepSendVectored(int fd, long vectorsAddress, int vectors, int messageFlags) {
        return sendVectors(Opcode.SEND, fd, vectorsAddress, vectors, messageFlags);
    }

    /**
     * Sends the next buffer of a group: the group is a queue of what is to be sent. The completion says which it was; with none
     * there it is {@code -ENOBUFS}. Without {@link Libc#MSG_WAITALL} it may be short, and the buffer is gone from the group all the
     * same. Since Linux 6.10.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.SEND, since = "6.10")
    default Sqe prepSendSelect(int fd, int bufferGroup, int messageFlags) {
        return send(Opcode.SEND, 0, fd, 0, 0, messageFlags).selectBuffer(bufferGroup);
    }

    /**
     * Sends all buffers that a group has, in their order, as {@link Libc#MSG_WAITALL} does it. A completion names the first and
     * the number of bytes, from which the others follow; there may be several, the last without {@link Abi#CQE_F_MORE}. A short
     * one ends it. Since Linux 6.10.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.SEND, since = "6.10")
    default Sqe prepSendBundle(int fd, int bufferGroup, int messageFlags) {
        return send(Opcode.SEND, Abi.RECVSEND_BUNDLE, fd, 0, 0, messageFlags).selectBuffer(bufferGroup);
    }

    private Sqe send(Opcode opcode, int priority, int fd, long address, int lengthBytes, int messageFlags) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        Arguments.address(address, lengthBytes, "address");
        return entry().write(opcode, priority, fd, 0, address, lengthBytes, messageFlags, 0, 0);
    }

    private Sqe sendVectors(Opcode opcode, int fd, long vectorsAddress, int vectors, int messageFlags) {
        Arguments.address(vectorsAddress, "vectorsAddress");
        Arguments.vectors(vectors);
        return entry().write(opcode, Abi.SEND_VECTORIZED, fd, 0, vectorsAddress, vectors, messageFlags, 0, 0);
    }

    // ---- RECV

    /**
     * Receives bytes, {@code recv(2)}. Completes with their number, 0 at the end of the stream.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where to; written to until the completion
     * @param lengthBytes how many bytes at most
     * @param messageFlags {@link Libc#MSG_WAITALL} to fill the whole length first; {@link Libc#MSG_DONTWAIT} to end with
     *     {@code -EAGAIN} instead of waiting; a socket's {@code O_NONBLOCK} does not count
     * @return this entry
     */
    @Prepares(Opcode.RECV)
    default Sqe prepReceive(int fd, long address, int lengthBytes, int messageFlags) {
        Arguments.notNegative(lengthBytes, "lengthBytes");
        Arguments.address(address, lengthBytes, "address");
        return receive(0, fd, address, lengthBytes, messageFlags, 0);
    }

    /**
     * Receives into a buffer that the kernel picks from a group when there are bytes. Since Linux 5.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "5.7")
    default Sqe prepReceiveSelect(int fd, int bufferGroup) {
        return prepReceiveSelect(fd, bufferGroup, 0, 0);
    }

    /**
     * Like {@link #prepReceiveSelect(int, int)}, with flags and a most.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param mostBytes the most to receive; 0 for the buffer's size
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "5.7")
    default Sqe prepReceiveSelect(int fd, int bufferGroup, int mostBytes, int messageFlags) {
        Arguments.notNegative(mostBytes, "mostBytes");
        return receive(0, fd, 0, mostBytes, messageFlags, 0).selectBuffer(bufferGroup);
    }

    /**
     * Like {@link #prepReceiveSelect(int, int)}, again and again until it ends. Since Linux 6.0.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "6.0")
    default Sqe prepReceiveMultishot(int fd, int bufferGroup) {
        return prepReceiveMultishot(fd, bufferGroup, 0);
    }

    /**
     * Like {@link #prepReceiveMultishot(int, int)}, ending with the completion that brings the total to a limit, or above it.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param limitBytes the limit (Linux 6.17, {@code -EINVAL} before), 0 for none
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "6.0")
    default Sqe prepReceiveMultishot(int fd, int bufferGroup, int limitBytes) {
        return prepReceiveMultishot(fd, bufferGroup, limitBytes, 0);
    }

    /**
     * Like {@link #prepReceiveMultishot(int, int, int)}, with a most for each completion, so that a peer that floods has no
     * more than its turn.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param limitBytes the limit of all completions together (Linux 6.17, {@code -EINVAL} before), 0 for none
     * @param mostBytes the limit of each (Linux 6.17, not kept before), 0 for the buffer's size
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "6.17")
    default Sqe prepReceiveMultishot(int fd, int bufferGroup, int limitBytes, int mostBytes) {
        return receiveMultishot(Abi.RECV_MULTISHOT, fd, bufferGroup, limitBytes, mostBytes);
    }

    /**
     * Receives into as many buffers of a group as the bytes that are there need. The completion names the first; the others
     * follow in the order in which they were provided, see {@link io.fluxring.core.memory.BufferRing#takeBundle}. Since Linux
     * 6.10.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "6.10")
    default Sqe prepReceiveBundle(int fd, int bufferGroup, int messageFlags) {
        return receive(Abi.RECVSEND_BUNDLE, fd, 0, 0, messageFlags, 0).selectBuffer(bufferGroup);
    }

    /**
     * Like {@link #prepReceiveBundle}, again and again until it ends. When the group runs dry the last completion with bytes
     * may be the last of all, without an {@code -ENOBUFS} behind it. Since Linux 6.10.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param bufferGroup the group's number
     * @param limitBytes as in {@link #prepReceiveMultishot(int, int, int, int)}
     * @param mostBytes likewise
     * @return this entry
     */
    @Prepares(value = Opcode.RECV, since = "6.10")
    default Sqe prepReceiveBundleMultishot(int fd, int bufferGroup, int limitBytes, int mostBytes) {
        return receiveMultishot(Abi.RECV_MULTISHOT | Abi.RECVSEND_BUNDLE, fd, bufferGroup, limitBytes, mostBytes);
    }

    private Sqe receiveMultishot(int priority, int fd, int bufferGroup, int limitBytes, int mostBytes) {
        Arguments.notNegative(limitBytes, "limitBytes");
        Arguments.notNegative(mostBytes, "mostBytes");
        return receive(priority, fd, 0, mostBytes, 0, limitBytes).selectBuffer(bufferGroup);
    }

    private Sqe receive(int priority, int fd, long address, int lengthBytes, int messageFlags, int limitBytes) {
        return entry().write(
                        Opcode.RECV,
                        priority,
                        fd,
                        0,
                        address,
                        lengthBytes,
                        messageFlags,
                        0,
                        limitBytes); // optlen, where the file index is
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

    // ---- SEND_ZC, SENDMSG_ZC

    /**
     * Sends bytes without copying them, where the device can. Completes <b>twice</b>: first with the result and
     * {@link Abi#CQE_F_MORE}, then, with {@link Abi#CQE_F_NOTIF}, when the kernel has let go of the bytes, which must not change
     * before. That may take until the peer has acknowledged or read them. An error follows the same rule: with
     * {@code CQE_F_MORE} a notification follows, without it none does. Except behind a link that broke: {@code -ECANCELED}
     * comes without {@code CQE_F_MORE}, and a notification follows all the same (seen in Linux 6.18).
     *
     * <p>What is not a registered buffer ({@link Sqe#registeredBuffer}) is pinned for the time and counts against the limit of
     * locked memory: {@code -ENOMEM}. {@code -EOPNOTSUPP} for sockets that can't, such as {@code AF_UNIX}. Through the loopback
     * device all is copied after all, which {@link Sqe#reportUsage} tells. Since Linux 6.0.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where from; read until the second completion
     * @param lengthBytes how many bytes
     * @param messageFlags as in {@link #prepSend}
     * @return this entry
     */
    @Prepares(Opcode.SEND_ZC)
    default Sqe prepSendZeroCopy(int fd, long address, int lengthBytes, int messageFlags) {
        return send(Opcode.SEND_ZC, 0, fd, address, lengthBytes, messageFlags);
    }

    /**
     * Like {@link #prepSendZeroCopy}, to an address.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param address where from; read until the second completion
     * @param lengthBytes how many bytes
     * @param messageFlags {@code MSG_*}, or 0
     * @param socketAddress the peer's address; read during submission
     * @param socketAddressBytes of the address, 2 to 128
     * @return this entry
     */
    @Prepares(Opcode.SEND_ZC)
    default Sqe prepSendToZeroCopy(
            int fd, long address, int lengthBytes, int messageFlags, long socketAddress, int socketAddressBytes) {
        Arguments.socketAddress(socketAddress, socketAddressBytes);
        return send(Opcode.SEND_ZC, 0, fd, address, lengthBytes, messageFlags)
                .sendAddress(socketAddress, socketAddressBytes);
    }

    /**
     * {@link #prepSendVectored} in the way of {@link #prepSendZeroCopy}. Since Linux 6.17.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param vectorsAddress the array, read during submission
     * @param vectors how many vectors
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.SEND_ZC, since = "6.17")
    default Sqe prepSendVectoredZeroCopy(int fd, long vectorsAddress, int vectors, int messageFlags) {
        return sendVectors(Opcode.SEND_ZC, fd, vectorsAddress, vectors, messageFlags);
    }

    /**
     * {@link #prepSendMessage} in the way of {@link #prepSendZeroCopy}, with two completions. With
     * {@link Sqe#registeredBuffer} (Linux 6.15) all vectors are within that buffer. Since Linux 6.1.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param messageAddress {@link MessageLayout}
     * @param messageFlags {@code MSG_*}, or 0
     * @return this entry
     */
    @Prepares(Opcode.SENDMSG_ZC)
    default Sqe prepSendMessageZeroCopy(int fd, long messageAddress, int messageFlags) {
        Arguments.address(messageAddress, "messageAddress");
        return entry().write(Opcode.SENDMSG_ZC, 0, fd, 0, messageAddress, 1, messageFlags, 0, 0);
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

    // ---- RECV_ZC

    /**
     * Receives until it ends, without copying: a device puts the bytes into memory that was registered with the ring, and each
     * completion, of 32 bytes, says how many there are and in its upper half at which offset. They go back to the device
     * through the queue that was registered along with the memory. Since Linux 6.15.
     *
     * <p>This needs a network device that separates headers from data and steers the connection's flow into one of its receive
     * queues, the capability {@code CAP_NET_ADMIN}, a ring with {@link Abi#SETUP_DEFER_TASKRUN} and completions of 32 bytes
     * ({@link Abi#SETUP_CQE32} or {@link Abi#SETUP_CQE_MIXED}), and such a queue registered with it
     * ({@link io.fluxring.core.sys.RegisterOperation#ZCRX_IFQ}). Without a registered queue the result is {@code -EINVAL}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param interfaceQueue the registered queue's number; 0 is the first
     * @param limitBytes after how many bytes it ends; 0 for no limit
     * @return this entry
     */
    @Prepares(Opcode.RECV_ZC)
    default Sqe prepReceiveZeroCopy(int fd, int interfaceQueue, int limitBytes) {
        Arguments.notNegative(interfaceQueue, "interfaceQueue");
        Arguments.notNegative(limitBytes, "limitBytes");
        return entry().write(Opcode.RECV_ZC, Abi.RECV_MULTISHOT, fd, 0, 0, limitBytes, 0, 0, interfaceQueue);
    }
}
