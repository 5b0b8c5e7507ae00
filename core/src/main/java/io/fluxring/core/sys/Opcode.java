package io.fluxring.core.sys;

/**
 * The kernel's operations in the kernel's order: {@link #code()} is the number that goes into an SQE
 * ({@code enum io_uring_op} of {@code linux/io_uring.h}).
 */
public enum Opcode {
    /** Since Linux 5.1. */
    NOP(0, "5.1"),
    /** Since Linux 5.1. */
    READV(1, "5.1"),
    /** Since Linux 5.1. */
    WRITEV(2, "5.1"),
    /** Since Linux 5.1. */
    FSYNC(3, "5.1"),
    /** Since Linux 5.1. */
    READ_FIXED(4, "5.1"),
    /** Since Linux 5.1. */
    WRITE_FIXED(5, "5.1"),
    /** Since Linux 5.1. */
    POLL_ADD(6, "5.1"),
    /** Since Linux 5.1. */
    POLL_REMOVE(7, "5.1"),
    /** Since Linux 5.2. */
    SYNC_FILE_RANGE(8, "5.2"),
    /** Since Linux 5.3. */
    SENDMSG(9, "5.3"),
    /** Since Linux 5.3. */
    RECVMSG(10, "5.3"),
    /** Since Linux 5.4. */
    TIMEOUT(11, "5.4"),
    /** Since Linux 5.5. */
    TIMEOUT_REMOVE(12, "5.5"),
    /** Since Linux 5.5. */
    ACCEPT(13, "5.5"),
    /** Since Linux 5.5. */
    ASYNC_CANCEL(14, "5.5"),
    /** Since Linux 5.5. */
    LINK_TIMEOUT(15, "5.5"),
    /** Since Linux 5.5. */
    CONNECT(16, "5.5"),
    /** Since Linux 5.6. */
    FALLOCATE(17, "5.6"),
    /** Since Linux 5.6. */
    OPENAT(18, "5.6"),
    /** Since Linux 5.6. */
    CLOSE(19, "5.6"),
    /** Since Linux 5.6. */
    FILES_UPDATE(20, "5.6"),
    /** Since Linux 5.6. */
    STATX(21, "5.6"),
    /** Since Linux 5.6. */
    READ(22, "5.6"),
    /** Since Linux 5.6. */
    WRITE(23, "5.6"),
    /** Since Linux 5.6. */
    FADVISE(24, "5.6"),
    /** Since Linux 5.6. */
    MADVISE(25, "5.6"),
    /** Since Linux 5.6. */
    SEND(26, "5.6"),
    /** Since Linux 5.6. */
    RECV(27, "5.6"),
    /** Since Linux 5.6. */
    OPENAT2(28, "5.6"),
    /** Since Linux 5.6. */
    EPOLL_CTL(29, "5.6"),
    /** Since Linux 5.7. */
    SPLICE(30, "5.7"),
    /** Since Linux 5.7. */
    PROVIDE_BUFFERS(31, "5.7"),
    /** Since Linux 5.7. */
    REMOVE_BUFFERS(32, "5.7"),
    /** Since Linux 5.8. */
    TEE(33, "5.8"),
    /** Since Linux 5.11. */
    SHUTDOWN(34, "5.11"),
    /** Since Linux 5.11. */
    RENAMEAT(35, "5.11"),
    /** Since Linux 5.11. */
    UNLINKAT(36, "5.11"),
    /** Since Linux 5.15. */
    MKDIRAT(37, "5.15"),
    /** Since Linux 5.15. */
    SYMLINKAT(38, "5.15"),
    /** Since Linux 5.15. */
    LINKAT(39, "5.15"),
    /** Since Linux 5.18. */
    MSG_RING(40, "5.18"),
    /** Since Linux 5.19. */
    FSETXATTR(41, "5.19"),
    /** Since Linux 5.19. */
    SETXATTR(42, "5.19"),
    /** Since Linux 5.19. */
    FGETXATTR(43, "5.19"),
    /** Since Linux 5.19. */
    GETXATTR(44, "5.19"),
    /** Since Linux 5.19. */
    SOCKET(45, "5.19"),
    /** Since Linux 5.19. */
    URING_CMD(46, "5.19"),
    /** Since Linux 6.0. */
    SEND_ZC(47, "6.0"),
    /** Since Linux 6.1. */
    SENDMSG_ZC(48, "6.1"),
    /** Since Linux 6.7. */
    READ_MULTISHOT(49, "6.7"),
    /** Since Linux 6.7. */
    WAITID(50, "6.7"),
    /** Since Linux 6.7. */
    FUTEX_WAIT(51, "6.7"),
    /** Since Linux 6.7. */
    FUTEX_WAKE(52, "6.7"),
    /** Since Linux 6.7. */
    FUTEX_WAITV(53, "6.7"),
    /** Since Linux 6.8. */
    FIXED_FD_INSTALL(54, "6.8"),
    /** Since Linux 6.9. */
    FTRUNCATE(55, "6.9"),
    /** Since Linux 6.11. */
    BIND(56, "6.11"),
    /** Since Linux 6.11. */
    LISTEN(57, "6.11"),
    /** Since Linux 6.15. */
    RECV_ZC(58, "6.15"),
    /** Since Linux 6.15. */
    EPOLL_WAIT(59, "6.15"),
    /** Since Linux 6.15. */
    READV_FIXED(60, "6.15"),
    /** Since Linux 6.15. */
    WRITEV_FIXED(61, "6.15"),
    /** Since Linux 6.16. */
    PIPE(62, "6.16");

    private static final Opcode[] BY_CODE = values();

    private final int code;
    private final String since;

    Opcode(int code, String since) {
        this.code = code;
        this.since = since;
    }

    /** {@return the number of this operation in the kernel's interface} */
    public int code() {
        return code;
    }

    /** {@return the first kernel release that knows this operation, such as {@code 5.19}} */
    public String since() {
        return since;
    }

    /**
     * {@return the operation with a number}
     *
     * @param code a number
     * @throws IllegalArgumentException for a number that is not known here
     */
    public static Opcode of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no operation has the number " + code);
        }
        return BY_CODE[code];
    }
}
