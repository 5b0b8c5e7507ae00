package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.CqeLayout;
import io.fluxring.core.sys.ParamsLayout;
import java.lang.foreign.MemorySegment;

/**
 * The queue of completions. A batch is copied, then its place is given back to the kernel, then it is dispatched: a handler
 * that submits more can't make the queue overflow with what it is looking at.
 */
public final class CompletionQueue {
    private static final int BATCH = 256;

    private final MemorySegment rings;
    private final long kernelHead;
    private final long kernelTail;
    private final long kernelOverflow;
    private final long flags;
    private final long cqes;
    private final int entries;
    private final int mask;
    private final long[] batchUserData = new long[BATCH];
    private final long[] batchOutcome = new long[BATCH];

    private int head;
    private boolean dispatching;

    CompletionQueue(MemorySegment rings, MemorySegment params) {
        this.rings = rings;
        this.kernelHead = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_HEAD));
        this.kernelTail = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_TAIL));
        this.kernelOverflow = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_OVERFLOW));
        this.flags = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_FLAGS));
        this.cqes = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_CQES));
        this.entries = Access.getInt(params, ParamsLayout.CQ_ENTRIES);
        this.mask = Access.getInt(rings, Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_MASK)));
        this.head = Access.getInt(rings, kernelHead);
    }

    /** How many completions wait to be taken. */
    public int ready() {
        return Access.getIntAcquire(rings, kernelTail) - head;
    }

    /** How many completions the queue holds. */
    public int capacity() {
        return entries;
    }

    /**
     * Takes the completions that are there now, those that arrive meanwhile excluded.
     *
     * @return how many were taken
     * @throws IllegalStateException when called from within a sink
     */
    public int drain(CompletionSink sink) {
        if (dispatching) {
            throw new IllegalStateException(
                    "completions are being dispatched already: a handler must not tick its loop");
        }
        int total = ready();
        dispatching = true;
        try {
            for (int left = total; left > 0; left -= Math.min(left, BATCH)) {
                dispatch(sink, 0, take(Math.min(left, BATCH)));
            }
        } finally {
            dispatching = false;
        }
        return total;
    }

    private int take(int count) {
        for (int i = 0; i < count; i++) {
            long cqe = cqes + ((long) (head + i & mask) << CqeLayout.SHIFT);
            batchUserData[i] = Access.getLong(rings, cqe + CqeLayout.USER_DATA);
            batchOutcome[i] = Access.getLong(rings, cqe + CqeLayout.RESULT);
        }
        head += count;
        Access.putIntRelease(rings, kernelHead, head);
        return count;
    }

    /** A sink that throws does not cost the completions behind its own: they are dispatched before the throw goes on. */
    private void dispatch(CompletionSink sink, int from, int count) {
        int i = from;
        try {
            for (; i < count; i++) {
                long outcome = batchOutcome[i];
                sink.completed(batchUserData[i], (int) outcome, (int) (outcome >>> 32));
            }
        } finally {
            if (i < count) {
                dispatch(sink, i + 1, count);
            }
        }
    }

    /** Whether completions tick the registered eventfd; the application's one flag in this queue. */
    void eventFdEnabled(boolean enabled) {
        Access.putIntRelease(rings, flags, enabled ? 0 : Abi.CQ_EVENTFD_DISABLED);
    }

    /** How many completions the kernel could not keep at all. Zero on every kernel that has NODROP and memory. */
    int overflow() {
        return Access.getIntOpaque(rings, kernelOverflow);
    }

    @Override
    public String toString() {
        return "CQ[" + (Access.getIntOpaque(rings, kernelTail) - head) + " of " + entries + " ready]";
    }
}
