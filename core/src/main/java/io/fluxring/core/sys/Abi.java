package io.fluxring.core.sys;

/**
 * Flags and numbers of {@code linux/io_uring.h}, in the header's order, each with the kernel release that brought it. They are
 * written out here because a system's installed header is often older than its kernel. What belongs to the calls that
 * operations stand for, such as the flags of {@code open(2)}, is in {@link Libc}.
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
    public static final long OFFSET_BUFFER_RING = 0x80000000L; // plus the group << 16, 6.4

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
    public static final int SETUP_SQE128 = 1 << 10; // 5.19
    public static final int SETUP_CQE32 = 1 << 11; // 5.19
    public static final int SETUP_SINGLE_ISSUER = 1 << 12; // 6.0
    public static final int SETUP_DEFER_TASKRUN = 1 << 13; // 6.1
    public static final int SETUP_NO_MMAP = 1 << 14; // 6.5
    public static final int SETUP_REGISTERED_FD_ONLY = 1 << 15; // 6.5
    public static final int SETUP_NO_SQARRAY = 1 << 16; // 6.6
    public static final int SETUP_HYBRID_IOPOLL = 1 << 17; // 6.13
    public static final int SETUP_CQE_MIXED = 1 << 18; // 6.18

    /** {@code IORING_FEAT_*}: what a ring's kernel offers without being asked. */
    public static final int FEAT_SINGLE_MMAP = 1; // 5.4

    public static final int FEAT_NODROP = 1 << 1; // 5.5
    public static final int FEAT_SUBMIT_STABLE = 1 << 2; // 5.5
    public static final int FEAT_RW_CUR_POS = 1 << 3; // 5.6
    public static final int FEAT_CUR_PERSONALITY = 1 << 4; // 5.6
    public static final int FEAT_FAST_POLL = 1 << 5; // 5.7
    public static final int FEAT_POLL_32BITS = 1 << 6; // 5.9
    public static final int FEAT_SQPOLL_NONFIXED = 1 << 7; // 5.11
    public static final int FEAT_EXT_ARG = 1 << 8; // 5.11
    public static final int FEAT_NATIVE_WORKERS = 1 << 9; // 5.12
    public static final int FEAT_RSRC_TAGS = 1 << 10; // 5.13
    public static final int FEAT_CQE_SKIP = 1 << 11; // 5.17
    public static final int FEAT_LINKED_FILE = 1 << 12; // 5.17
    public static final int FEAT_REG_REG_RING = 1 << 13; // 6.3
    public static final int FEAT_RECVSEND_BUNDLE = 1 << 14; // 6.10
    public static final int FEAT_MIN_TIMEOUT = 1 << 15; // 6.12
    public static final int FEAT_RW_ATTR = 1 << 16; // 6.14
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
    public static final int ENTER_ABS_TIMER = 1 << 5; // 6.12
    public static final int ENTER_EXT_ARG_REG = 1 << 6; // 6.13
    public static final int ENTER_NO_IOWAIT = 1 << 7; // 6.15

    /** {@code IORING_SQ_*}: what the kernel says in the submission queue's flags word. */
    public static final int SQ_NEED_WAKEUP = 1; // 5.1

    public static final int SQ_CQ_OVERFLOW = 1 << 1; // 5.8
    public static final int SQ_TASKRUN = 1 << 2; // 5.19

    /** {@code IORING_CQ_EVENTFD_DISABLED}: what the application says in the completion queue's flags word. Since 5.8. */
    public static final int CQ_EVENTFD_DISABLED = 1;

    /** {@code IORING_CQE_F_*}: flags of a completion. */
    public static final int CQE_F_BUFFER = 1; // 5.7

    public static final int CQE_F_MORE = 1 << 1; // 5.13
    public static final int CQE_F_SOCK_NONEMPTY = 1 << 2; // 5.19
    public static final int CQE_F_NOTIF = 1 << 3; // 6.0
    public static final int CQE_F_BUF_MORE = 1 << 4; // 6.12
    public static final int CQE_F_SKIP = 1 << 5; // 6.18
    public static final int CQE_F_32 = 1 << 15; // 6.18
    public static final int CQE_F_TSTAMP_HW = 1 << 16; // 6.17
    public static final int CQE_BUFFER_SHIFT = 16;

    /** {@code IORING_TIMESTAMP_TYPE_SHIFT}: where the flags of a completion tell the kind of a transmit time stamp. Since 6.17. */
    public static final int TIMESTAMP_TYPE_SHIFT = 17;

    /** {@code IORING_NOTIF_USAGE_ZC_COPIED}: in the result of a notification, the kernel has copied after all. Since 6.2. */
    public static final int NOTIF_USAGE_ZC_COPIED = 1 << 31;

    /** {@code IORING_REGISTER_USE_REGISTERED_RING}: the descriptor of a register call is a registered ring's index. Since 6.3. */
    public static final int REGISTER_USE_REGISTERED_RING = 1 << 31;

    /** {@code IORING_RSRC_REGISTER_SPARSE}: a table of empty slots. Since 5.19. */
    public static final int RSRC_REGISTER_SPARSE = 1;

    /** {@code IORING_REGISTER_FILES_SKIP}: an update leaves this slot as it is. Since 5.12. */
    public static final int REGISTER_FILES_SKIP = -2;

    /** {@code IORING_FILE_INDEX_ALLOC}: the kernel picks the slot of a direct descriptor. Since 5.19. */
    public static final int FILE_INDEX_ALLOC = -1;

    /** {@code IOU_PBUF_RING_*}: flags of a ring of provided buffers. */
    public static final int PBUF_RING_MMAP = 1; // 6.4

    public static final int PBUF_RING_INC = 1 << 1; // 6.12

    /** {@code IORING_REGISTER_SRC_REGISTERED}, {@code IORING_REGISTER_DST_REPLACE}: flags of cloned buffers. */
    public static final int CLONE_BUFFERS_SRC_REGISTERED = 1; // 6.12

    public static final int CLONE_BUFFERS_DST_REPLACE = 1 << 1; // 6.13

    /** {@code IORING_RESTRICTION_*}: kinds of restriction. */
    public static final int RESTRICTION_REGISTER_OP = 0; // 5.10

    public static final int RESTRICTION_SQE_OP = 1; // 5.10
    public static final int RESTRICTION_SQE_FLAGS_ALLOWED = 2; // 5.10
    public static final int RESTRICTION_SQE_FLAGS_REQUIRED = 3; // 5.10

    /** {@code IO_URING_OP_SUPPORTED}: what a probe says of an operation that there is. */
    public static final int OP_SUPPORTED = 1;

    /** {@code IORING_MEM_REGION_TYPE_USER}: the region's memory is the application's. Since 6.13. */
    public static final int MEM_REGION_TYPE_USER = 1;

    /** {@code IORING_MEM_REGION_REG_WAIT_ARG}: the region holds arguments of waits. Since 6.13. */
    public static final int MEM_REGION_REG_WAIT_ARG = 1;

    /** {@code IORING_REG_WAIT_TS}: a registered wait has a time limit. Since 6.13. */
    public static final int REG_WAIT_TS = 1;

    // nop_flags.
    public static final int NOP_INJECT_RESULT = 1; // 6.10
    public static final int NOP_FILE = 1 << 1; // 6.13
    public static final int NOP_FIXED_FILE = 1 << 2; // 6.13
    public static final int NOP_FIXED_BUFFER = 1 << 3; // 6.13
    public static final int NOP_TW = 1 << 4; // 6.16
    public static final int NOP_CQE32 = 1 << 5; // 6.18

    // fsync_flags.
    public static final int FSYNC_DATASYNC = 1; // 5.1

    // timeout_flags.
    public static final int TIMEOUT_ABS = 1; // 5.5
    public static final int TIMEOUT_UPDATE = 1 << 1; // 5.11
    public static final int TIMEOUT_BOOTTIME = 1 << 2; // 5.15
    public static final int TIMEOUT_REALTIME = 1 << 3; // 5.15
    public static final int LINK_TIMEOUT_UPDATE = 1 << 4; // 5.15
    public static final int TIMEOUT_ETIME_SUCCESS = 1 << 5; // 5.16
    public static final int TIMEOUT_MULTISHOT = 1 << 6; // 6.4

    // splice_flags, beside those of splice(2).
    public static final int SPLICE_F_FD_IN_FIXED = 1 << 31; // 5.7

    // len of POLL_ADD and POLL_REMOVE.
    public static final int POLL_ADD_MULTI = 1; // 5.13
    public static final int POLL_UPDATE_EVENTS = 1 << 1; // 5.13
    public static final int POLL_UPDATE_USER_DATA = 1 << 2; // 5.13
    public static final int POLL_ADD_LEVEL = 1 << 3; // 6.0

    // cancel_flags.
    public static final int ASYNC_CANCEL_ALL = 1; // 5.19
    public static final int ASYNC_CANCEL_FD = 1 << 1; // 5.19
    public static final int ASYNC_CANCEL_ANY = 1 << 2; // 5.19
    public static final int ASYNC_CANCEL_FD_FIXED = 1 << 3; // 6.0
    public static final int ASYNC_CANCEL_USERDATA = 1 << 4; // 6.6
    public static final int ASYNC_CANCEL_OP = 1 << 5; // 6.6

    // ioprio of send and receive.
    public static final int RECVSEND_POLL_FIRST = 1; // 5.19
    public static final int RECV_MULTISHOT = 1 << 1; // 6.0
    public static final int RECVSEND_FIXED_BUF = 1 << 2; // 6.0
    public static final int SEND_ZC_REPORT_USAGE = 1 << 3; // 6.2
    public static final int RECVSEND_BUNDLE = 1 << 4; // 6.10
    public static final int SEND_VECTORIZED = 1 << 5; // 6.17

    // ioprio of accept.
    public static final int ACCEPT_MULTISHOT = 1; // 5.19
    public static final int ACCEPT_DONTWAIT = 1 << 1; // 6.10
    public static final int ACCEPT_POLL_FIRST = 1 << 2; // 6.10

    // The message kinds (addr) and msg_ring_flags of MSG_RING.
    public static final int MSG_DATA = 0; // 5.18
    public static final int MSG_SEND_FD = 1; // 6.0
    public static final int MSG_RING_CQE_SKIP = 1; // 6.0
    public static final int MSG_RING_FLAGS_PASS = 1 << 1; // 6.3

    // install_fd_flags.
    public static final int FIXED_FD_NO_CLOEXEC = 1; // 6.8

    // cmd_op of URING_CMD on a socket.
    public static final int SOCKET_URING_OP_SIOCINQ = 0; // 6.7
    public static final int SOCKET_URING_OP_SIOCOUTQ = 1; // 6.7
    public static final int SOCKET_URING_OP_GETSOCKOPT = 2; // 6.7
    public static final int SOCKET_URING_OP_SETSOCKOPT = 3; // 6.7
    public static final int SOCKET_URING_OP_TX_TIMESTAMP = 4; // 6.17
}
