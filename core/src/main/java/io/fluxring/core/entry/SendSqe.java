package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.MessageLayout;

/**
 * The operations that send from a socket, with and without a copy. In the order of the kernel's header. What holds for all of them
 * is said at {@link Sqe}.
 *
 * <p><b>Lifetimes.</b> The bytes that are sent belong to the kernel until the last completion. What is <i>read during
 * submission</i> (socket addresses, arrays of vectors, headers of messages) is free again once the enter that took the entry has
 * returned; with a polling kernel thread, once the operation has completed.
 */
public sealed interface SendSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- SENDMSG

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
}
