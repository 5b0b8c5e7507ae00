package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.MessageLayout;

/**
 * The operations that receive from a socket. In the order of the kernel's header. What holds for all of them is said at
 * {@link Sqe}.
 *
 * <p><b>Lifetimes.</b> The places that are received into belong to the kernel until the last completion. What is <i>read during
 * submission</i> (arrays of vectors, the header of a multishot receive) is free again once the enter that took the entry has
 * returned; with a polling kernel thread, once the operation has completed.
 *
 * <p><b>Multishot.</b> A multishot operation completes again and again, and has ended with the completion without
 * {@link Abi#CQE_F_MORE}, whatever its result: an error, a full completion queue, the end of the stream. {@link Sqe#skipSuccess}
 * would keep the last completion from its owner: never combine the two.
 */
public sealed interface ReceiveSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- RECVMSG

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
