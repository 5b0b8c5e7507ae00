package io.fluxring.core.sys;

/**
 * Flags and numbers of {@code linux/io_uring.h}, in the header's order, each with the kernel release that brought it. They are
 * written out here because a system's installed header is often older than its kernel.
 */
public final class Abi {
    private Abi() {}

    /** Numbers of the three system calls; the same on every architecture that has io_uring. */
    public static final int SYS_IO_URING_SETUP = 425;

    public static final int SYS_IO_URING_ENTER = 426;
    public static final int SYS_IO_URING_REGISTER = 427;

    // Offsets for mmap(2) on the ring's descriptor.
    public static final long OFFSET_RINGS = 0L;
    public static final long OFFSET_SQES = 0x10000000L;

    /** {@code IORING_SETUP_*}: how a ring is made. */
    public static final int SETUP_IOPOLL = 1; // 5.1

    public static final int SETUP_SQPOLL = 1 << 1; // 5.1, unprivileged since 5.13
    public static final int SETUP_SQ_AFF = 1 << 2; // 5.1
    public static final int SETUP_CQSIZE = 1 << 3; // 5.5
    public static final int SETUP_CLAMP = 1 << 4; // 5.6
    public static final int SETUP_ATTACH_WQ = 1 << 5; // 5.6
    public static final int SETUP_R_DISABLED = 1 << 6; // 5.10
    public static final int SETUP_SUBMIT_ALL = 1 << 7; // 5.18
    public static final int SETUP_COOP_TASKRUN = 1 << 8; // 5.19
    public static final int SETUP_TASKRUN_FLAG = 1 << 9; // 5.19
    public static final int SETUP_SINGLE_ISSUER = 1 << 12; // 6.0
    public static final int SETUP_DEFER_TASKRUN = 1 << 13; // 6.1
    public static final int SETUP_NO_SQARRAY = 1 << 16; // 6.6

    /** {@code IORING_FEAT_*}: what a ring's kernel offers without being asked. */
    public static final int FEAT_SINGLE_MMAP = 1; // 5.4

    public static final int FEAT_NODROP = 1 << 1; // 5.5
    public static final int FEAT_SUBMIT_STABLE = 1 << 2; // 5.5
    public static final int FEAT_EXT_ARG = 1 << 8; // 5.11
    public static final int FEAT_CQE_SKIP = 1 << 11; // 5.17
    public static final int FEAT_MIN_TIMEOUT = 1 << 15; // 6.12
    public static final int FEAT_NO_IOWAIT = 1 << 17; // 6.15

    /** {@code IOSQE_*}: flags of an SQE. */
    public static final int SQE_FIXED_FILE = 1; // 5.1

    public static final int SQE_IO_DRAIN = 1 << 1; // 5.2
    public static final int SQE_IO_LINK = 1 << 2; // 5.3
    public static final int SQE_IO_HARDLINK = 1 << 3; // 5.5
    public static final int SQE_ASYNC = 1 << 4; // 5.6
    public static final int SQE_BUFFER_SELECT = 1 << 5; // 5.7
    public static final int SQE_CQE_SKIP_SUCCESS = 1 << 6; // 5.17

    /** {@code IORING_ENTER_*}: flags of one enter. */
    public static final int ENTER_GETEVENTS = 1; // 5.1

    public static final int ENTER_SQ_WAKEUP = 1 << 1; // 5.1
    public static final int ENTER_SQ_WAIT = 1 << 2; // 5.10
    public static final int ENTER_EXT_ARG = 1 << 3; // 5.11
    public static final int ENTER_REGISTERED_RING = 1 << 4; // 5.18
    public static final int ENTER_NO_IOWAIT = 1 << 7; // 6.15

    /** {@code IORING_SQ_*}: what the kernel says in the submission queue's flags word. */
    public static final int SQ_NEED_WAKEUP = 1; // 5.1

    public static final int SQ_CQ_OVERFLOW = 1 << 1; // 5.8
    public static final int SQ_TASKRUN = 1 << 2; // 5.19

    /** {@code IORING_CQE_F_*}: flags of a completion. */
    public static final int CQE_F_BUFFER = 1; // 5.7

    public static final int CQE_F_MORE = 1 << 1; // 5.13
    public static final int CQE_F_SOCK_NONEMPTY = 1 << 2; // 5.19
    public static final int CQE_F_NOTIF = 1 << 3; // 6.0
    public static final int CQE_F_BUF_MORE = 1 << 4; // 6.12
    public static final int CQE_BUFFER_SHIFT = 16;

    /** {@code IORING_REGISTER_*}: operations of the register call. */
    public static final int REGISTER_PROBE = 8; // 5.6

    public static final int REGISTER_ENABLE_RINGS = 12; // 5.10
    public static final int REGISTER_FILES2 = 13; // 5.13
    public static final int REGISTER_RING_FDS = 20; // 5.18
    public static final int UNREGISTER_RING_FDS = 21; // 5.18
    public static final int REGISTER_PBUF_RING = 22; // 5.19
    public static final int UNREGISTER_PBUF_RING = 23; // 5.19

    /** {@code IORING_RSRC_REGISTER_SPARSE}: a table of empty slots. Since 5.19. */
    public static final int RSRC_REGISTER_SPARSE = 1;

    /** {@code IOU_PBUF_RING_INC}: buffers of this ring are consumed piece by piece. Since 6.12. */
    public static final int PBUF_RING_INC = 2;

    /** {@code IORING_FILE_INDEX_ALLOC}: the kernel picks the slot of a direct descriptor. Since 5.19. */
    public static final int FILE_INDEX_ALLOC = -1;

    // ioprio of send, receive and accept.
    public static final int RECVSEND_POLL_FIRST = 1; // 5.19
    public static final int RECV_MULTISHOT = 1 << 1; // 6.0
    public static final int ACCEPT_MULTISHOT = 1; // 5.19

    // len of POLL_ADD.
    public static final int POLL_ADD_MULTI = 1; // 5.13

    // cancel_flags of ASYNC_CANCEL.
    public static final int ASYNC_CANCEL_ALL = 1; // 5.19
    public static final int ASYNC_CANCEL_FD = 1 << 1; // 5.19
    public static final int ASYNC_CANCEL_ANY = 1 << 2; // 5.19
    public static final int ASYNC_CANCEL_FD_FIXED = 1 << 3; // 6.0

    // timeout_flags.
    public static final int TIMEOUT_ABS = 1; // 5.5
    public static final int TIMEOUT_ETIME_SUCCESS = 1 << 5; // 5.16
    public static final int TIMEOUT_MULTISHOT = 1 << 6; // 6.4

    /** Sub-command of URING_CMD on a socket: set an option. Since 6.7. */
    public static final int SOCKET_URING_OP_SETSOCKOPT = 3;

    /** {@code nop_flags}: complete with the result given in {@code len}. Since 6.10. */
    public static final int NOP_INJECT_RESULT = 1;

    // poll(2) events.
    public static final int POLLIN = 1;
    public static final int POLLOUT = 4;
    public static final int POLLERR = 8;
    public static final int POLLHUP = 0x10;
    public static final int POLLRDHUP = 0x2000;

    // Flags of send(2) and recv(2).
    public static final int MSG_WAITALL = 0x100;

    // socket(2), setsockopt(2), shutdown(2).
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_REUSEPORT = 15;
    public static final int IPPROTO_TCP = 6;
    public static final int TCP_NODELAY = 1;
    public static final int SHUT_WR = 1;

    // eventfd(2).
    public static final int EFD_CLOEXEC = 0x80000;
    public static final int EFD_NONBLOCK = 0x800;
}
