package io.fluxring.core.sys.layout;

/** A question to the kernel about itself, {@code struct io_uring_query_hdr}, and the answer to {@link #OPCODES}. Since Linux 6.18. */
public final class QueryLayout {
    private QueryLayout() {}

    /** The size in bytes. */
    public static final long BYTES = 40;
    /** A long: the next question's address, or 0. */
    public static final long NEXT = 0;
    /** A long: where the answer goes. */
    public static final long ANSWER_ADDRESS = 8;
    /** An int: what is asked. */
    public static final long QUESTION = 16;
    /** An int: the room, and what was filled of it. */
    public static final long ANSWER_SIZE = 20;
    /** An int: 0, or a negated errno. */
    public static final long RESULT = 24;

    /** Which operations and flags there are, {@code IO_URING_QUERY_OPCODES}. */
    public static final int OPCODES = 0;

    /** The size of the answer. */
    public static final long ANSWER_BYTES = 48;
    /** An int: how many operations there are. */
    public static final long OPERATIONS = 0;
    /** An int: how many register operations there are. */
    public static final long REGISTER_OPERATIONS = 4;
    /** A long: {@code IORING_FEAT_*}. */
    public static final long FEATURES = 8;
    /** A long: {@code IORING_SETUP_*}. */
    public static final long SETUP_FLAGS = 16;
    /** A long: {@code IORING_ENTER_*}. */
    public static final long ENTER_FLAGS = 24;
    /** A long: {@code IOSQE_*}. */
    public static final long SQE_FLAGS = 32;
}
