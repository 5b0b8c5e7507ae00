package io.fluxring.core.ring;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.CqeLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;

/**
 * The memory of two queues on the heap, because a state is made for each of millions of tries, and the kernel's words in it. All
 * indices begin shortly before they wrap.
 */
final class HeapQueues {
    static final int SQ_HEAD = 0;
    static final int SQ_TAIL = 4;
    static final int SQ_FLAGS = 8;
    static final int CQ_HEAD = 12;
    static final int CQ_TAIL = 16;
    static final int CQES = 64;

    private static final int SQ_DROPPED = 20;
    private static final int CQ_OVERFLOW = 24;
    private static final int CQ_FLAGS = 28;
    private static final int MASK = 32;
    private static final MemorySegment[] PARAMS = {params(0), params(1), params(2)};

    final MemorySegment rings;
    final MemorySegment entries;

    private final MemorySegment params;

    /**
     * Empty queues.
     *
     * @param count how many entries each has, 1 or 2
     * @param format how large a completion is
     */
    HeapQueues(int count, CompletionFormat format) {
        long completionBytes = format == CompletionFormat.WIDE ? 2 * CqeLayout.BYTES : CqeLayout.BYTES;
        params = PARAMS[count];
        rings = words(CQES + count * completionBytes);
        entries = words(count * SqeLayout.BYTES);
        Access.putInt(rings, MASK, count - 1);
        for (int index : new int[] {SQ_HEAD, SQ_TAIL, CQ_HEAD, CQ_TAIL}) {
            Access.putInt(rings, index, -count);
        }
    }

    SubmissionQueue submissions() {
        return new SubmissionQueue(new RingMemory(rings, entries, false), params);
    }

    CompletionQueue completions(CompletionFormat format) {
        return new CompletionQueue(new RingMemory(rings, entries, false), params, format);
    }

    private static MemorySegment params(int count) {
        MemorySegment params = words(ParamsLayout.BYTES);
        Access.putInt(params, ParamsLayout.FLAGS, Abi.SETUP_NO_SQARRAY);
        Access.putInt(params, ParamsLayout.SQ_ENTRIES, count);
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, count);
        Access.putInt(params, ParamsLayout.SQ_HEAD, SQ_HEAD);
        Access.putInt(params, ParamsLayout.SQ_TAIL, SQ_TAIL);
        Access.putInt(params, ParamsLayout.SQ_MASK, MASK);
        Access.putInt(params, ParamsLayout.SQ_FLAGS, SQ_FLAGS);
        Access.putInt(params, ParamsLayout.SQ_DROPPED, SQ_DROPPED);
        Access.putInt(params, ParamsLayout.CQ_HEAD, CQ_HEAD);
        Access.putInt(params, ParamsLayout.CQ_TAIL, CQ_TAIL);
        Access.putInt(params, ParamsLayout.CQ_MASK, MASK);
        Access.putInt(params, ParamsLayout.CQ_OVERFLOW, CQ_OVERFLOW);
        Access.putInt(params, ParamsLayout.CQ_FLAGS, CQ_FLAGS);
        Access.putInt(params, ParamsLayout.CQ_CQES, CQES);
        return params;
    }

    private static MemorySegment words(long lengthBytes) {
        return MemorySegment.ofArray(new long[(int) (lengthBytes / Long.BYTES)]);
    }
}
