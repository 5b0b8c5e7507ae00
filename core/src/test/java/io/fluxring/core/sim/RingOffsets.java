package io.fluxring.core.sim;

/** Where the shared words stand in the mapped memory: as in Linux 6.18. */
final class RingOffsets {
    static final int SQ_HEAD = 0;
    static final int SQ_TAIL = 4;
    static final int CQ_HEAD = 8;
    static final int CQ_TAIL = 12;
    static final int SQ_MASK = 16;
    static final int CQ_MASK = 20;
    static final int SQ_ENTRIES = 24;
    static final int CQ_ENTRIES = 28;
    static final int SQ_DROPPED = 32;
    static final int SQ_FLAGS = 36;
    static final int CQ_FLAGS = 40;
    static final int CQ_OVERFLOW = 44;
    static final int CQES = 64;

    private RingOffsets() {}

    static int array(int cqEntries) {
        return CQES + 16 * cqEntries + 63 & ~63;
    }
}
