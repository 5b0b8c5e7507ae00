package io.fluxring.core.sys.layout;

/** A question to the kernel about itself, {@code struct io_uring_query_hdr}, and the answer to {@link #OPCODES}. Since Linux 6.18. */
public final class QueryLayout {
    private QueryLayout() {}

    public static final long BYTES = 40;
    public static final long NEXT = 0;
    public static final long ANSWER_ADDRESS = 8;
    public static final long QUESTION = 16;
    public static final long ANSWER_SIZE = 20;
    public static final long RESULT = 24;

    /** Which operations and flags there are, {@code IO_URING_QUERY_OPCODES}. */
    public static final int OPCODES = 0;

    public static final long ANSWER_BYTES = 48;
    public static final long OPERATIONS = 0;
    public static final long REGISTER_OPERATIONS = 4;
    public static final long FEATURES = 8;
    public static final long SETUP_FLAGS = 16;
    public static final long ENTER_FLAGS = 24;
    public static final long SQE_FLAGS = 32;
}
