package io.fluxring.core.sys;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** How a ring is made, in the kernel's order: the flags of {@code io_uring_setup(2)}. */
public enum SetupFlag {
    /** {@code IORING_SETUP_IOPOLL}. Since Linux 5.1. */
    IOPOLL(Abi.SETUP_IOPOLL, "5.1"),
    /** {@code IORING_SETUP_SQPOLL}. Since Linux 5.1. */
    SQPOLL(Abi.SETUP_SQPOLL, "5.1"),
    /** {@code IORING_SETUP_SQ_AFF}. Since Linux 5.1. */
    SQ_AFF(Abi.SETUP_SQ_AFF, "5.1"),
    /** {@code IORING_SETUP_CQSIZE}. Since Linux 5.5. */
    CQSIZE(Abi.SETUP_CQSIZE, "5.5"),
    /** {@code IORING_SETUP_CLAMP}. Since Linux 5.6. */
    CLAMP(Abi.SETUP_CLAMP, "5.6"),
    /** {@code IORING_SETUP_ATTACH_WQ}. Since Linux 5.6. */
    ATTACH_WQ(Abi.SETUP_ATTACH_WQ, "5.6"),
    /** {@code IORING_SETUP_R_DISABLED}. Since Linux 5.10. */
    R_DISABLED(Abi.SETUP_R_DISABLED, "5.10"),
    /** {@code IORING_SETUP_SUBMIT_ALL}. Since Linux 5.18. */
    SUBMIT_ALL(Abi.SETUP_SUBMIT_ALL, "5.18"),
    /** {@code IORING_SETUP_COOP_TASKRUN}. Since Linux 5.19. */
    COOP_TASKRUN(Abi.SETUP_COOP_TASKRUN, "5.19"),
    /** {@code IORING_SETUP_TASKRUN_FLAG}. Since Linux 5.19. */
    TASKRUN_FLAG(Abi.SETUP_TASKRUN_FLAG, "5.19"),
    /** {@code IORING_SETUP_SQE128}. Since Linux 5.19. */
    SQE128(Abi.SETUP_SQE128, "5.19"),
    /** {@code IORING_SETUP_CQE32}. Since Linux 5.19. */
    CQE32(Abi.SETUP_CQE32, "5.19"),
    /** {@code IORING_SETUP_SINGLE_ISSUER}. Since Linux 6.0. */
    SINGLE_ISSUER(Abi.SETUP_SINGLE_ISSUER, "6.0"),
    /** {@code IORING_SETUP_DEFER_TASKRUN}. Since Linux 6.1. */
    DEFER_TASKRUN(Abi.SETUP_DEFER_TASKRUN, "6.1"),
    /** {@code IORING_SETUP_NO_MMAP}. Since Linux 6.5. */
    NO_MMAP(Abi.SETUP_NO_MMAP, "6.5"),
    /** {@code IORING_SETUP_REGISTERED_FD_ONLY}. Since Linux 6.5. */
    REGISTERED_FD_ONLY(Abi.SETUP_REGISTERED_FD_ONLY, "6.5"),
    /** {@code IORING_SETUP_NO_SQARRAY}. Since Linux 6.6. */
    NO_SQARRAY(Abi.SETUP_NO_SQARRAY, "6.6"),
    /** {@code IORING_SETUP_HYBRID_IOPOLL}. Since Linux 6.13. */
    HYBRID_IOPOLL(Abi.SETUP_HYBRID_IOPOLL, "6.13"),
    /** {@code IORING_SETUP_CQE_MIXED}. Since Linux 6.18. */
    CQE_MIXED(Abi.SETUP_CQE_MIXED, "6.18");

    private final int bit;
    private final String since;

    SetupFlag(int bit, String since) {
        this.bit = bit;
        this.since = since;
    }

    /** {@return the bit that stands for it} */
    public int bit() {
        return bit;
    }

    /** {@return the first kernel release that has it, such as {@code 5.19}} */
    public String since() {
        return since;
    }

    /**
     * {@return whether its bit is set}
     *
     * @param bits as the kernel writes them
     */
    public boolean isIn(int bits) {
        return (bits & bit) != 0;
    }

    /**
     * {@return those whose bit is set, in the kernel's order} Bits without a name here are passed over.
     *
     * @param bits as the kernel writes them
     */
    public static Set<SetupFlag> of(int bits) {
        Set<SetupFlag> set = EnumSet.noneOf(SetupFlag.class);
        for (SetupFlag each : values()) {
            if (each.isIn(bits)) {
                set.add(each);
            }
        }
        return Collections.unmodifiableSet(set);
    }

    /**
     * The bits of flags, the reverse of {@link #of}.
     *
     * @param flags some flags
     * @return their {@code IORING_SETUP_*}
     */
    public static int bits(Set<SetupFlag> flags) {
        int bits = 0;
        for (SetupFlag each : flags) {
            bits |= each.bit;
        }
        return bits;
    }
}
