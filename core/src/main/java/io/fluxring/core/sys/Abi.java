package io.fluxring.core.sys;

/**
 * Flags and numbers of {@code linux/io_uring.h}, in the header's order, each with the kernel release that brought it. They are
 * written out here because a system's installed header is often older than its kernel. What belongs to the calls that
 * operations stand for, such as the flags of {@code open(2)}, is in {@link Libc}.
 */
public final class Abi {
    private Abi() {}

    // Numbers of the three system calls; the same on every architecture that has io_uring.
    /** Number of {@code io_uring_setup(2)}. */
    public static final int SYS_IO_URING_SETUP = 425;
    /** Number of {@code io_uring_enter(2)}. */
    public static final int SYS_IO_URING_ENTER = 426;
    /** Number of {@code io_uring_register(2)}. */
    public static final int SYS_IO_URING_REGISTER = 427;

    // Offsets for mmap(2) on the ring's descriptor.
    /** The two rings, one mapping for both. */
    public static final long OFFSET_RINGS = 0L;
    /** The submission entries. */
    public static final long OFFSET_SQES = 0x10000000L;
    /** The entries of a group of provided buffers, whose number is added from bit 16 on. Since Linux 6.4. */
    public static final long OFFSET_BUFFER_RING = 0x80000000L;

    // IORING_SETUP_*: how a ring is made.
    /** Completions are polled from the device. Since Linux 5.1. */
    public static final int SETUP_IOPOLL = 1;
    /** A kernel thread takes submissions. Since Linux 5.1, without privileges since 5.13. */
    public static final int SETUP_SQPOLL = 1 << 1;
    /** That thread is bound to a processor. Since Linux 5.1. */
    public static final int SETUP_SQ_AFF = 1 << 2;
    /** The number of completion entries is given. Since Linux 5.5. */
    public static final int SETUP_CQSIZE = 1 << 3;
    /** Sizes above the limits mean the limits. Since Linux 5.6. */
    public static final int SETUP_CLAMP = 1 << 4;
    /** The kernel threads are shared with another ring. Since Linux 5.6. */
    public static final int SETUP_ATTACH_WQ = 1 << 5;
    /** The ring starts when it is enabled. Since Linux 5.10. */
    public static final int SETUP_R_DISABLED = 1 << 6;
    /** A bad entry does not end its batch. Since Linux 5.18. */
    public static final int SETUP_SUBMIT_ALL = 1 << 7;
    /** Completion work does not interrupt the thread. Since Linux 5.19. */
    public static final int SETUP_COOP_TASKRUN = 1 << 8;
    /** {@link #SQ_TASKRUN} tells of waiting completion work. Since Linux 5.19. */
    public static final int SETUP_TASKRUN_FLAG = 1 << 9;
    /** Submission entries have 128 bytes. Since Linux 5.19. */
    public static final int SETUP_SQE128 = 1 << 10;
    /** Completion entries have 32 bytes. Since Linux 5.19. */
    public static final int SETUP_CQE32 = 1 << 11;
    /** One thread alone submits. Since Linux 6.0. */
    public static final int SETUP_SINGLE_ISSUER = 1 << 12;
    /** Completion work runs within that thread's waits. Since Linux 6.1. */
    public static final int SETUP_DEFER_TASKRUN = 1 << 13;
    /** The rings lie in the application's memory. Since Linux 6.5. */
    public static final int SETUP_NO_MMAP = 1 << 14;
    /** The ring has a registered index and no descriptor. Since Linux 6.5. */
    public static final int SETUP_REGISTERED_FD_ONLY = 1 << 15;
    /** The submission queue has no index array. Since Linux 6.6. */
    public static final int SETUP_NO_SQARRAY = 1 << 16;
    /** Polling sleeps before it spins. Since Linux 6.13. */
    public static final int SETUP_HYBRID_IOPOLL = 1 << 17;
    /** Completions of 16 and of 32 bytes share a queue. Since Linux 6.18. */
    public static final int SETUP_CQE_MIXED = 1 << 18;

    // IORING_FEAT_*: what a ring's kernel offers without being asked.
    /** Both rings are one mapping. Since Linux 5.4. */
    public static final int FEAT_SINGLE_MMAP = 1;
    /** Completions that find no room are kept. Since Linux 5.5. */
    public static final int FEAT_NODROP = 1 << 1;
    /** What an entry points to is read during submission. Since Linux 5.5. */
    public static final int FEAT_SUBMIT_STABLE = 1 << 2;
    /** Position -1 stands for the file's own. Since Linux 5.6. */
    public static final int FEAT_RW_CUR_POS = 1 << 3;
    /** Operations have the credentials of the thread that submits them. Since Linux 5.6. */
    public static final int FEAT_CUR_PERSONALITY = 1 << 4;
    /** What would block is polled for and not handed to a worker. Since Linux 5.7. */
    public static final int FEAT_FAST_POLL = 1 << 5;
    /** A poll takes all 32 bits of {@code epoll(7)}. Since Linux 5.9. */
    public static final int FEAT_POLL_32BITS = 1 << 6;
    /** A polling thread takes unregistered files too. Since Linux 5.11. */
    public static final int FEAT_SQPOLL_NONFIXED = 1 << 7;
    /** An enter takes a time limit. Since Linux 5.11. */
    public static final int FEAT_EXT_ARG = 1 << 8;
    /** Workers are threads of the process. Since Linux 5.12. */
    public static final int FEAT_NATIVE_WORKERS = 1 << 9;
    /** Registered resources have tags. Since Linux 5.13. */
    public static final int FEAT_RSRC_TAGS = 1 << 10;
    /** A success can be silent. Since Linux 5.17. */
    public static final int FEAT_CQE_SKIP = 1 << 11;
    /** A linked entry can use a file that the one before it opened. Since Linux 5.17. */
    public static final int FEAT_LINKED_FILE = 1 << 12;
    /** A register call takes a registered ring. Since Linux 6.3. */
    public static final int FEAT_REG_REG_RING = 1 << 13;
    /** Sends and receives take several buffers of a group at once. Since Linux 6.10. */
    public static final int FEAT_RECVSEND_BUNDLE = 1 << 14;
    /** A wait has a minimal time. Since Linux 6.12. */
    public static final int FEAT_MIN_TIMEOUT = 1 << 15;
    /** Reads and writes carry attributes. Since Linux 6.14. */
    public static final int FEAT_RW_ATTR = 1 << 16;
    /** A wait need not count as waiting for I/O. Since Linux 6.15. */
    public static final int FEAT_NO_IOWAIT = 1 << 17;

    // IOSQE_*: flags of an SQE.
    /** The descriptor is a slot of the registered files. Since Linux 5.1. */
    public static final int SQE_FIXED_FILE = 1;
    /** Starts after all that was submitted before. Since Linux 5.2. */
    public static final int SQE_IO_DRAIN = 1 << 1;
    /** The next entry starts when this one has succeeded. Since Linux 5.3. */
    public static final int SQE_IO_LINK = 1 << 2;
    /** The next entry starts when this one has ended. Since Linux 5.5. */
    public static final int SQE_IO_HARDLINK = 1 << 3;
    /** Goes to a worker at once. Since Linux 5.6. */
    public static final int SQE_ASYNC = 1 << 4;
    /** The kernel picks a buffer of a group. Since Linux 5.7. */
    public static final int SQE_BUFFER_SELECT = 1 << 5;
    /** Posts no completion when it succeeds. Since Linux 5.17. */
    public static final int SQE_CQE_SKIP_SUCCESS = 1 << 6;

    // IORING_ENTER_*: flags of one enter.
    /** Waits for completions. Since Linux 5.1. */
    public static final int ENTER_GETEVENTS = 1;
    /** Wakes the polling thread. Since Linux 5.1. */
    public static final int ENTER_SQ_WAKEUP = 1 << 1;
    /** Waits until the polling thread has made room. Since Linux 5.10. */
    public static final int ENTER_SQ_WAIT = 1 << 2;
    /** The argument has a signal mask and a time limit. Since Linux 5.11. */
    public static final int ENTER_EXT_ARG = 1 << 3;
    /** The descriptor is a registered ring's index. Since Linux 5.18. */
    public static final int ENTER_REGISTERED_RING = 1 << 4;
    /** The time limit is a point in time. Since Linux 6.12. */
    public static final int ENTER_ABS_TIMER = 1 << 5;
    /** The argument is an offset into the registered region. Since Linux 6.13. */
    public static final int ENTER_EXT_ARG_REG = 1 << 6;
    /** The wait does not count as waiting for I/O. Since Linux 6.15. */
    public static final int ENTER_NO_IOWAIT = 1 << 7;

    // IORING_SQ_*: what the kernel says in the submission queue's flags word.
    /** The polling thread sleeps. Since Linux 5.1. */
    public static final int SQ_NEED_WAKEUP = 1;
    /** Completions wait for room in the completion queue. Since Linux 5.8. */
    public static final int SQ_CQ_OVERFLOW = 1 << 1;
    /** Completion work waits for an enter. Since Linux 5.19. */
    public static final int SQ_TASKRUN = 1 << 2;

    /** {@code IORING_CQ_EVENTFD_DISABLED}: what the application says in the completion queue's flags word. Since 5.8. */
    public static final int CQ_EVENTFD_DISABLED = 1;

    // IORING_CQE_F_*: flags of a completion.
    /** The upper half names the buffer that was picked. Since Linux 5.7. */
    public static final int CQE_F_BUFFER = 1;
    /** The operation has more completions to come. Since Linux 5.13. */
    public static final int CQE_F_MORE = 1 << 1;
    /** The socket has more to give. Since Linux 5.19. */
    public static final int CQE_F_SOCK_NONEMPTY = 1 << 2;
    /** The kernel has let go of a zero-copy send's memory. Since Linux 6.0. */
    public static final int CQE_F_NOTIF = 1 << 3;
    /** The buffer is used up in part and stays the kernel's. Since Linux 6.12. */
    public static final int CQE_F_BUF_MORE = 1 << 4;
    /** A filler without meaning, up to the end of the queue. Since Linux 6.18. */
    public static final int CQE_F_SKIP = 1 << 5;
    /** This completion has 32 bytes. Since Linux 6.18. */
    public static final int CQE_F_32 = 1 << 15;
    /** The time stamp is the device's. Since Linux 6.17. */
    public static final int CQE_F_TSTAMP_HW = 1 << 16;
    /** Where the number of the buffer begins in the flags. */
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

    // IOU_PBUF_RING_*: flags of a ring of provided buffers.
    /** The kernel makes the entries' memory. Since Linux 6.4. */
    public static final int PBUF_RING_MMAP = 1;
    /** A buffer is used up piece by piece. Since Linux 6.12. */
    public static final int PBUF_RING_INC = 1 << 1;

    // IORING_REGISTER_SRC_REGISTERED, IORING_REGISTER_DST_REPLACE: flags of cloned buffers.
    /** The source is a registered ring's index. Since Linux 6.12. */
    public static final int CLONE_BUFFERS_SRC_REGISTERED = 1;
    /** Slots in use are replaced. Since Linux 6.13. */
    public static final int CLONE_BUFFERS_DST_REPLACE = 1 << 1;

    // IORING_RESTRICTION_*: kinds of restriction.
    /** Allows a register operation. Since Linux 5.10. */
    public static final int RESTRICTION_REGISTER_OP = 0;
    /** Allows an operation. Since Linux 5.10. */
    public static final int RESTRICTION_SQE_OP = 1;
    /** Allows flags of entries. Since Linux 5.10. */
    public static final int RESTRICTION_SQE_FLAGS_ALLOWED = 2;
    /** Demands flags of entries. Since Linux 5.10. */
    public static final int RESTRICTION_SQE_FLAGS_REQUIRED = 3;

    /** {@code IO_URING_OP_SUPPORTED}: what a probe says of an operation that there is. */
    public static final int OP_SUPPORTED = 1;

    /** {@code IORING_MEM_REGION_TYPE_USER}: the region's memory is the application's. Since 6.13. */
    public static final int MEM_REGION_TYPE_USER = 1;

    /** {@code IORING_MEM_REGION_REG_WAIT_ARG}: the region holds arguments of waits. Since 6.13. */
    public static final int MEM_REGION_REG_WAIT_ARG = 1;

    /** {@code IORING_REG_WAIT_TS}: a registered wait has a time limit. Since 6.13. */
    public static final int REG_WAIT_TS = 1;

    // nop_flags.
    /** Completes with the given result. Since Linux 6.10. */
    public static final int NOP_INJECT_RESULT = 1;
    /** Looks a file up. Since Linux 6.13. */
    public static final int NOP_FILE = 1 << 1;
    /** That file is a registered one. Since Linux 6.13. */
    public static final int NOP_FIXED_FILE = 1 << 2;
    /** Looks a registered buffer up. Since Linux 6.13. */
    public static final int NOP_FIXED_BUFFER = 1 << 3;
    /** Completes through task work. Since Linux 6.16. */
    public static final int NOP_TW = 1 << 4;
    /** Completes with 32 bytes. Since Linux 6.18. */
    public static final int NOP_CQE32 = 1 << 5;

    // fsync_flags.
    /** Syncs data without what is not needed to read it again. Since Linux 5.1. */
    public static final int FSYNC_DATASYNC = 1;

    // timeout_flags.
    /** The time is a point in time. Since Linux 5.5. */
    public static final int TIMEOUT_ABS = 1;
    /** Changes a timeout instead of removing it. Since Linux 5.11. */
    public static final int TIMEOUT_UPDATE = 1 << 1;
    /** By the clock that goes on while the machine sleeps. Since Linux 5.15. */
    public static final int TIMEOUT_BOOTTIME = 1 << 2;
    /** By the time of day. Since Linux 5.15. */
    public static final int TIMEOUT_REALTIME = 1 << 3;
    /** Changes the timeout of a link. Since Linux 5.15. */
    public static final int LINK_TIMEOUT_UPDATE = 1 << 4;
    /** Expiry does not break a chain. Since Linux 5.16. */
    public static final int TIMEOUT_ETIME_SUCCESS = 1 << 5;
    /** Expires again and again. Since Linux 6.4. */
    public static final int TIMEOUT_MULTISHOT = 1 << 6;

    // splice_flags, beside those of splice(2).
    /** The input is a slot of the registered files. Since Linux 5.7. */
    public static final int SPLICE_F_FD_IN_FIXED = 1 << 31;

    // len of POLL_ADD and POLL_REMOVE.
    /** Completes for each wake-up. Since Linux 5.13. */
    public static final int POLL_ADD_MULTI = 1;
    /** Changes the events of a poll. Since Linux 5.13. */
    public static final int POLL_UPDATE_EVENTS = 1 << 1;
    /** Changes the user data of a poll. Since Linux 5.13. */
    public static final int POLL_UPDATE_USER_DATA = 1 << 2;
    /** Level-triggered. Since Linux 6.0. */
    public static final int POLL_ADD_LEVEL = 1 << 3;

    // cancel_flags.
    /** All that match. Since Linux 5.19. */
    public static final int ASYNC_CANCEL_ALL = 1;
    /** By the file of a descriptor. Since Linux 5.19. */
    public static final int ASYNC_CANCEL_FD = 1 << 1;
    /** Whatever there is. Since Linux 5.19. */
    public static final int ASYNC_CANCEL_ANY = 1 << 2;
    /** That descriptor is a slot of the registered files. Since Linux 6.0. */
    public static final int ASYNC_CANCEL_FD_FIXED = 1 << 3;
    /** By user data, beside other keys. Since Linux 6.6. */
    public static final int ASYNC_CANCEL_USERDATA = 1 << 4;
    /** By the kind of operation. Since Linux 6.6. */
    public static final int ASYNC_CANCEL_OP = 1 << 5;

    // ioprio of send and receive.
    /** Waits until the socket is ready before the first attempt. Since Linux 5.19. */
    public static final int RECVSEND_POLL_FIRST = 1;
    /** Receives again and again. Since Linux 6.0. */
    public static final int RECV_MULTISHOT = 1 << 1;
    /** From a registered buffer. Since Linux 6.0. */
    public static final int RECVSEND_FIXED_BUF = 1 << 2;
    /** The notification says whether the kernel has copied. Since Linux 6.2. */
    public static final int SEND_ZC_REPORT_USAGE = 1 << 3;
    /** Takes several buffers of a group at once. Since Linux 6.10. */
    public static final int RECVSEND_BUNDLE = 1 << 4;
    /** Sends an array of vectors. Since Linux 6.17. */
    public static final int SEND_VECTORIZED = 1 << 5;

    // ioprio of accept.
    /** Accepts again and again. Since Linux 5.19. */
    public static final int ACCEPT_MULTISHOT = 1;
    /** Fails instead of waiting. Since Linux 6.10. */
    public static final int ACCEPT_DONTWAIT = 1 << 1;
    /** Waits for a connection before the first attempt. Since Linux 6.10. */
    public static final int ACCEPT_POLL_FIRST = 1 << 2;

    // The message kinds (addr) and msg_ring_flags of MSG_RING.
    /** Posts a completion. Since Linux 5.18. */
    public static final int MSG_DATA = 0;
    /** Hands a registered file over. Since Linux 6.0. */
    public static final int MSG_SEND_FD = 1;
    /** Posts no completion to the other ring. Since Linux 6.0. */
    public static final int MSG_RING_CQE_SKIP = 1;
    /** The completion has the given flags. Since Linux 6.3. */
    public static final int MSG_RING_FLAGS_PASS = 1 << 1;

    // install_fd_flags.
    /** The descriptor stays open in programs that are executed. Since Linux 6.8. */
    public static final int FIXED_FD_NO_CLOEXEC = 1;

    // cmd_op of URING_CMD on a socket.
    /** How many bytes wait to be received. Since Linux 6.7. */
    public static final int SOCKET_URING_OP_SIOCINQ = 0;
    /** How many bytes wait to be acknowledged. Since Linux 6.7. */
    public static final int SOCKET_URING_OP_SIOCOUTQ = 1;
    /** Gets an option. Since Linux 6.7. */
    public static final int SOCKET_URING_OP_GETSOCKOPT = 2;
    /** Sets an option. Since Linux 6.7. */
    public static final int SOCKET_URING_OP_SETSOCKOPT = 3;
    /** Reports when packets were sent. Since Linux 6.17. */
    public static final int SOCKET_URING_OP_TX_TIMESTAMP = 4;
}
