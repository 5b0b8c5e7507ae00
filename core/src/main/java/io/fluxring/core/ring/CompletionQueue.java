package io.fluxring.core.ring;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.CqeLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * The queue of completions. A batch is copied, then its place is given back to the kernel, then it is dispatched: a handler
 * that submits more can't make the queue overflow with what it is looking at.
 */
public final class CompletionQueue {
    /** The array of a batch takes 4 KiB, a small part of a first-level cache; more completions are several batches. */
    private static final int BATCH = 256;

    private static final int CQE_WORDS = (int) (CqeLayout.BYTES / Long.BYTES);

    private final CompletionFormat format;

    /** The user data of each completion, then its result and flags in one word: as the kernel has written them. */
    private final long[] batch = new long[CQE_WORDS * BATCH];

    /** Two words for each completion of a batch; empty where there are none. */
    private final long[] batchExtra;

    private MemorySegment rings;
    private long kernelHead;
    private long kernelTail;
    private long kernelOverflow;
    private long kernelFlags;
    private long cqes;
    private int entries;
    private int mask;
    private int head;
    private boolean dispatching;

    CompletionQueue(RingMemory memory, MemorySegment params, CompletionFormat format) {
        this.format = format;
        this.batchExtra = new long[format == CompletionFormat.STANDARD ? 0 : 2 * BATCH];
        this.rings = memory.rings();
        place(memory, params);
    }

    /** The queue lies here from now on, with whatever the kernel has put into it. */
    void place(RingMemory memory, MemorySegment params) {
        rings = memory.rings();
        kernelHead = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_HEAD));
        kernelTail = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_TAIL));
        kernelOverflow = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_OVERFLOW));
        kernelFlags = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_FLAGS));
        cqes = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_CQES));
        entries = Access.getInt(params, ParamsLayout.CQ_ENTRIES);
        mask = Access.getInt(rings, Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.CQ_MASK)));
        head = Access.getInt(rings, kernelHead);
    }

    /** The ring is closed, and the memory unmapped. */
    void leave() {
        rings = NativeMemory.GONE;
    }

    /**
     * {@return how many entries wait to be taken: one a completion, two for the wide ones of a mixed queue, and what
     * fills gaps there}
     */
    public int ready() {
        return Access.getIntAcquire(rings, kernelTail) - head;
    }

    /** {@return how many entries the queue has} */
    public int capacity() {
        return entries;
    }

    /**
     * Takes the completions that are there now, those that arrive meanwhile excluded.
     *
     * @param sink called for each
     * @return how many were taken
     * @throws IllegalStateException when called from within a sink
     */
    public int drain(CompletionSink sink) {
        if (dispatching) {
            throw new IllegalStateException(
                    "completions are being dispatched already: a handler must not tick its loop");
        }
        int end = Access.getIntAcquire(rings, kernelTail);
        int total = 0;
        dispatching = true;
        try {
            while (end - head > 0) {
                total += format == CompletionFormat.STANDARD ? drainBatch(sink, end) : drainWideBatch(sink, end);
            }
        } finally {
            dispatching = false;
        }
        return total;
    }

    private int drainBatch(CompletionSink sink, int end) {
        int count = Math.min(end - head, BATCH);
        if (count == 1) {
            drainOne(sink);
            return 1;
        }
        int first = head & mask;
        int beforeWrap = Math.min(count, entries - first);
        copy(first, 0, beforeWrap);
        if (beforeWrap < count) {
            copy(0, beforeWrap, count - beforeWrap);
        }
        release(head + count);
        dispatch(sink, 0, count);
        return count;
    }

    /** A batch of one needs no array. */
    private void drainOne(CompletionSink sink) {
        long cqe = cqes + ((long) (head & mask) << CqeLayout.SHIFT);
        long userData = Access.getLong(rings, cqe + CqeLayout.USER_DATA);
        long outcome = Access.getLong(rings, cqe + CqeLayout.RESULT);
        release(head + 1);
        sink.completed(userData, (int) outcome, (int) (outcome >>> 32));
    }

    private void copy(int from, int to, int count) {
        Access.getLongs(rings, cqes + ((long) from << CqeLayout.SHIFT), batch, CQE_WORDS * to, CQE_WORDS * count);
    }

    private void release(int newHead) {
        head = newHead;
        Access.putIntRelease(rings, kernelHead, newHead);
    }

    /** A sink that throws does not cost the completions behind its own: they are dispatched before the throw goes on. */
    private void dispatch(CompletionSink sink, int from, int count) {
        int i = from;
        try {
            for (; i < count; i++) {
                long outcome = batch[CQE_WORDS * i + 1];
                sink.completed(batch[CQE_WORDS * i], (int) outcome, (int) (outcome >>> 32));
            }
        } finally {
            if (i < count) {
                dispatch(sink, i + 1, count);
            }
        }
    }

    // ---- queues with entries of 32 bytes

    private int drainWideBatch(CompletionSink sink, int end) {
        boolean mixed = format == CompletionFormat.MIXED;
        int shift = mixed ? CqeLayout.SHIFT : CqeLayout.SHIFT + 1;
        int at = head;
        int count = 0;
        while (end - at > 0 && count < BATCH) {
            long cqe = cqes + ((long) (at & mask) << shift);
            long outcome = Access.getLong(rings, cqe + CqeLayout.RESULT);
            boolean wide = !mixed || (outcome >>> 32 & Abi.CQE_F_32) != 0;
            at += mixed && wide ? 2 : 1;
            if (mixed && (outcome >>> 32 & Abi.CQE_F_SKIP) != 0) {
                continue; // fills the last place of the queue, where a wide one would have to wrap
            }
            batch[CQE_WORDS * count] = Access.getLong(rings, cqe + CqeLayout.USER_DATA);
            batch[CQE_WORDS * count + 1] = outcome;
            if (wide) {
                // In a mixed queue they fill the next entry, which after a resize may lie at the other end.
                long extra = mixed ? cqes + ((long) (at - 1 & mask) << shift) : cqe + CqeLayout.BYTES;
                batchExtra[2 * count] = Access.getLong(rings, extra);
                batchExtra[2 * count + 1] = Access.getLong(rings, extra + Long.BYTES);
            }
            count++;
        }
        release(at);
        dispatchWide(sink, 0, count);
        return count;
    }

    /** As {@link #dispatch}. */
    private void dispatchWide(CompletionSink sink, int from, int count) {
        boolean allWide = format == CompletionFormat.WIDE;
        int i = from;
        try {
            for (; i < count; i++) {
                long userData = batch[CQE_WORDS * i];
                int result = (int) batch[CQE_WORDS * i + 1];
                int flags = (int) (batch[CQE_WORDS * i + 1] >>> 32);
                if (allWide || (flags & Abi.CQE_F_32) != 0) {
                    sink.completedWide(userData, result, flags, batchExtra[2 * i], batchExtra[2 * i + 1]);
                } else {
                    sink.completed(userData, result, flags);
                }
            }
        } finally {
            if (i < count) {
                dispatchWide(sink, i + 1, count);
            }
        }
    }

    /**
     * {@return the result of a completion that waits to be taken, and stays there; empty when there is none with this
     * user data}
     *
     * @param userData what the completion carries
     */
    public OptionalInt find(long userData) {
        boolean mixed = format == CompletionFormat.MIXED;
        int shift = format == CompletionFormat.WIDE ? CqeLayout.SHIFT + 1 : CqeLayout.SHIFT;
        int end = Access.getIntAcquire(rings, kernelTail);
        int at = head;
        while (end - at > 0) {
            long cqe = cqes + ((long) (at & mask) << shift);
            long outcome = Access.getLong(rings, cqe + CqeLayout.RESULT);
            int flags = (int) (outcome >>> 32);
            boolean filler = mixed && (flags & Abi.CQE_F_SKIP) != 0;
            if (!filler && Access.getLong(rings, cqe + CqeLayout.USER_DATA) == userData) {
                return OptionalInt.of((int) outcome);
            }
            at += mixed && (flags & Abi.CQE_F_32) != 0 ? 2 : 1;
        }
        return OptionalInt.empty();
    }

    /**
     * Holds the ticks of a registered eventfd back, or lets them through again, by a flag in shared memory and without a call.
     * What completes meanwhile never ticks: look at the queue after letting them through. Since Linux 5.8.
     *
     * @param enabled whether completions tick
     */
    public void eventFdEnabled(boolean enabled) {
        Access.putIntRelease(rings, kernelFlags, enabled ? 0 : Abi.CQ_EVENTFD_DISABLED);
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
