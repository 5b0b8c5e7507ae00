package io.fluxring.core.sys;

/**
 * The operations of {@code io_uring_register(2)} in the kernel's order: {@link #code()} is the number that the call takes
 * ({@code enum io_uring_register_op} of {@code linux/io_uring.h}).
 */
public enum RegisterOperation {
    /** Since Linux 5.1. */
    BUFFERS(0, "5.1"),
    /** Since Linux 5.1. */
    UNREGISTER_BUFFERS(1, "5.1"),
    /** Since Linux 5.1. */
    FILES(2, "5.1"),
    /** Since Linux 5.1. */
    UNREGISTER_FILES(3, "5.1"),
    /** Since Linux 5.2. */
    EVENTFD(4, "5.2"),
    /** Since Linux 5.2. */
    UNREGISTER_EVENTFD(5, "5.2"),
    /** Since Linux 5.5. */
    FILES_UPDATE(6, "5.5"),
    /** Since Linux 5.6. */
    EVENTFD_ASYNC(7, "5.6"),
    /** Since Linux 5.6. */
    PROBE(8, "5.6"),
    /** Since Linux 5.6. */
    PERSONALITY(9, "5.6"),
    /** Since Linux 5.6. */
    UNREGISTER_PERSONALITY(10, "5.6"),
    /** Since Linux 5.10. */
    RESTRICTIONS(11, "5.10"),
    /** Since Linux 5.10. */
    ENABLE_RINGS(12, "5.10"),
    /** Since Linux 5.13. */
    FILES2(13, "5.13"),
    /** Since Linux 5.13. */
    FILES_UPDATE2(14, "5.13"),
    /** Since Linux 5.13. */
    BUFFERS2(15, "5.13"),
    /** Since Linux 5.13. */
    BUFFERS_UPDATE(16, "5.13"),
    /** Since Linux 5.14. */
    IOWQ_AFF(17, "5.14"),
    /** Since Linux 5.14. */
    UNREGISTER_IOWQ_AFF(18, "5.14"),
    /** Since Linux 5.15. */
    IOWQ_MAX_WORKERS(19, "5.15"),
    /** Since Linux 5.18. */
    RING_FDS(20, "5.18"),
    /** Since Linux 5.18. */
    UNREGISTER_RING_FDS(21, "5.18"),
    /** Since Linux 5.19. */
    PBUF_RING(22, "5.19"),
    /** Since Linux 5.19. */
    UNREGISTER_PBUF_RING(23, "5.19"),
    /** Since Linux 6.0. */
    SYNC_CANCEL(24, "6.0"),
    /** Since Linux 6.0. */
    FILE_ALLOC_RANGE(25, "6.0"),
    /** Since Linux 6.8. */
    PBUF_STATUS(26, "6.8"),
    /** Since Linux 6.9. */
    NAPI(27, "6.9"),
    /** Since Linux 6.9. */
    UNREGISTER_NAPI(28, "6.9"),
    /** Since Linux 6.12. */
    CLOCK(29, "6.12"),
    /** Since Linux 6.12. */
    CLONE_BUFFERS(30, "6.12"),
    /** Since Linux 6.13. */
    SEND_MSG_RING(31, "6.13"),
    /** Since Linux 6.15. */
    ZCRX_IFQ(32, "6.15"),
    /** Since Linux 6.13. */
    RESIZE_RINGS(33, "6.13"),
    /** Since Linux 6.13. */
    MEM_REGION(34, "6.13"),
    /** Since Linux 6.18. */
    QUERY(35, "6.18");

    private static final RegisterOperation[] BY_CODE = values();

    private final int code;
    private final String since;

    RegisterOperation(int code, String since) {
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
    public static RegisterOperation of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no register operation has the number " + code);
        }
        return BY_CODE[code];
    }
}
