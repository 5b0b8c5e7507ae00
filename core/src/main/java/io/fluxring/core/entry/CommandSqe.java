package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * The commands that a file's own code in the kernel understands, {@code IORING_OP_URING_CMD}: those of sockets, which concern
 * their options and queues. In the order of the kernel's header. What holds for all of them is said at {@link Sqe}.
 */
public sealed interface CommandSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /**
     * Completes with the number of received bytes that have not been taken yet, {@code SIOCINQ} of {@code tcp(7)} and
     * {@code udp(7)}. {@code -EOPNOTSUPP} for a socket of another kind. Since Linux 6.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @return this entry
     */
    @Prepares(value = Opcode.URING_CMD, since = "6.7")
    default Sqe prepReceiveQueueBytes(int fd) {
        return command(fd, Abi.SOCKET_URING_OP_SIOCINQ, 0, 0, 0);
    }

    /**
     * Completes with the number of sent bytes that the peer has not acknowledged yet, {@code SIOCOUTQ}. Since Linux 6.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @return this entry
     */
    @Prepares(value = Opcode.URING_CMD, since = "6.7")
    default Sqe prepSendQueueBytes(int fd) {
        return command(fd, Abi.SOCKET_URING_OP_SIOCOUTQ, 0, 0, 0);
    }

    /**
     * Gets a socket's option, {@code getsockopt(2)}. Completes with the length of the value. Since Linux 6.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param level {@link Libc#SOL_SOCKET}; the kernel answers others with {@code -EOPNOTSUPP}
     * @param name the option's number
     * @param valueAddress where the value is written; must stay valid until the completion
     * @param valueBytes the room there
     * @return this entry
     */
    @Prepares(value = Opcode.URING_CMD, since = "6.7")
    default Sqe prepGetSocketOption(int fd, int level, int name, long valueAddress, int valueBytes) {
        return option(Abi.SOCKET_URING_OP_GETSOCKOPT, fd, level, name, valueAddress, valueBytes);
    }

    /**
     * Sets a socket's option, {@code setsockopt(2)}. Since Linux 6.7.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param level {@link Libc#SOL_SOCKET}, {@link Libc#IPPROTO_TCP}, ...
     * @param name the option's number
     * @param valueAddress the value; must stay valid until the completion
     * @param valueBytes the value's length
     * @return this entry
     */
    @Prepares(value = Opcode.URING_CMD, since = "6.7")
    default Sqe prepSetSocketOption(int fd, int level, int name, long valueAddress, int valueBytes) {
        return option(Abi.SOCKET_URING_OP_SETSOCKOPT, fd, level, name, valueAddress, valueBytes);
    }

    /**
     * Reports when packets were sent, until it ends: a completion of 32 bytes for each, with the packet's key as result, the
     * kind of the time stamp in its flags from bit {@link Abi#TIMESTAMP_TYPE_SHIFT} on, {@link Abi#CQE_F_TSTAMP_HW} when a
     * device took it, and seconds and nanoseconds in the upper half. The socket must have asked for such times with
     * {@code SO_TIMESTAMPING}. {@code -EINVAL} on a ring whose completions have 16 bytes. Since Linux 6.17.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @return this entry
     */
    @Prepares(value = Opcode.URING_CMD, since = "6.17")
    default Sqe prepTransmitTimestamps(int fd) {
        return command(fd, Abi.SOCKET_URING_OP_TX_TIMESTAMP, 0, 0, 0);
    }

    private Sqe option(int command, int fd, int level, int name, long valueAddress, int valueBytes) {
        Arguments.notNegative(valueBytes, "valueBytes");
        Arguments.address(valueAddress, valueBytes, "valueAddress");
        return command(fd, command, (level & 0xffffffffL) | (long) name << 32, valueAddress, valueBytes);
    }

    private Sqe command(int fd, int command, long levelAndName, long valueAddress, int valueBytes) {
        return entry().write(Opcode.URING_CMD, 0, fd, command, levelAndName, 0, 0, 0, valueBytes)
                .address3(valueAddress);
    }
}
