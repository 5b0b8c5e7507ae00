package io.fluxring.core.sys;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a kernel offers without being asked, in its own order; {@code io_uring_setup(2)} tells. */
public enum Feature {
    /** {@code IORING_FEAT_SINGLE_MMAP}. Since Linux 5.4. */
    SINGLE_MMAP(Abi.FEAT_SINGLE_MMAP, "5.4"),
    /** {@code IORING_FEAT_NODROP}. Since Linux 5.5. */
    NODROP(Abi.FEAT_NODROP, "5.5"),
    /** {@code IORING_FEAT_SUBMIT_STABLE}. Since Linux 5.5. */
    SUBMIT_STABLE(Abi.FEAT_SUBMIT_STABLE, "5.5"),
    /** {@code IORING_FEAT_RW_CUR_POS}. Since Linux 5.6. */
    RW_CUR_POS(Abi.FEAT_RW_CUR_POS, "5.6"),
    /** {@code IORING_FEAT_CUR_PERSONALITY}. Since Linux 5.6. */
    CUR_PERSONALITY(Abi.FEAT_CUR_PERSONALITY, "5.6"),
    /** {@code IORING_FEAT_FAST_POLL}. Since Linux 5.7. */
    FAST_POLL(Abi.FEAT_FAST_POLL, "5.7"),
    /** {@code IORING_FEAT_POLL_32BITS}. Since Linux 5.9. */
    POLL_32BITS(Abi.FEAT_POLL_32BITS, "5.9"),
    /** {@code IORING_FEAT_SQPOLL_NONFIXED}. Since Linux 5.11. */
    SQPOLL_NONFIXED(Abi.FEAT_SQPOLL_NONFIXED, "5.11"),
    /** {@code IORING_FEAT_EXT_ARG}. Since Linux 5.11. */
    EXT_ARG(Abi.FEAT_EXT_ARG, "5.11"),
    /** {@code IORING_FEAT_NATIVE_WORKERS}. Since Linux 5.12. */
    NATIVE_WORKERS(Abi.FEAT_NATIVE_WORKERS, "5.12"),
    /** {@code IORING_FEAT_RSRC_TAGS}. Since Linux 5.13. */
    RSRC_TAGS(Abi.FEAT_RSRC_TAGS, "5.13"),
    /** {@code IORING_FEAT_CQE_SKIP}. Since Linux 5.17. */
    CQE_SKIP(Abi.FEAT_CQE_SKIP, "5.17"),
    /** {@code IORING_FEAT_LINKED_FILE}. Since Linux 5.17. */
    LINKED_FILE(Abi.FEAT_LINKED_FILE, "5.17"),
    /** {@code IORING_FEAT_REG_REG_RING}. Since Linux 6.3. */
    REG_REG_RING(Abi.FEAT_REG_REG_RING, "6.3"),
    /** {@code IORING_FEAT_RECVSEND_BUNDLE}. Since Linux 6.10. */
    RECVSEND_BUNDLE(Abi.FEAT_RECVSEND_BUNDLE, "6.10"),
    /** {@code IORING_FEAT_MIN_TIMEOUT}. Since Linux 6.12. */
    MIN_TIMEOUT(Abi.FEAT_MIN_TIMEOUT, "6.12"),
    /** {@code IORING_FEAT_RW_ATTR}. Since Linux 6.14. */
    RW_ATTR(Abi.FEAT_RW_ATTR, "6.14"),
    /** {@code IORING_FEAT_NO_IOWAIT}. Since Linux 6.15. */
    NO_IOWAIT(Abi.FEAT_NO_IOWAIT, "6.15");

    private final int bit;
    private final String since;

    Feature(int bit, String since) {
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
    public static Set<Feature> of(int bits) {
        Set<Feature> set = EnumSet.noneOf(Feature.class);
        for (Feature each : values()) {
            if (each.isIn(bits)) {
                set.add(each);
            }
        }
        return Collections.unmodifiableSet(set);
    }
}
