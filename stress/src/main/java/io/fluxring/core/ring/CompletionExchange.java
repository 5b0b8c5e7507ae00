package io.fluxring.core.ring;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.CqeLayout;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A kernel that fills a completion queue with numbered completions, each place again as soon as it was given back, and an
 * application that checks that each comes whole, once, and in order. The queue has room for one of them.
 */
final class CompletionExchange implements CompletionSink {
    private static final int POSTED = 3;
    private static final int LOOKS = 100;

    private final CompletionFormat format;
    private final MemorySegment rings;
    private final CompletionQueue completions;
    private final int step;

    private int kernelTail;
    private int posted;

    private int taken;
    private int broken;

    CompletionExchange(CompletionFormat format) {
        this.format = format;
        this.step = format == CompletionFormat.MIXED ? 2 : 1;
        HeapQueues queues = new HeapQueues(step, format);
        this.rings = queues.rings;
        this.completions = queues.completions(format);
        this.kernelTail = Access.getInt(rings, HeapQueues.CQ_TAIL);
    }

    void kernel() {
        for (int look = 0; look < LOOKS && posted < POSTED; look++) {
            if (kernelTail - Access.getIntAcquire(rings, HeapQueues.CQ_HEAD) < step) {
                post(++posted);
            }
        }
    }

    private void post(int number) {
        long cqe = HeapQueues.CQES;
        Access.putLong(rings, cqe + CqeLayout.USER_DATA, number);
        Access.putInt(rings, cqe + CqeLayout.RESULT, number);
        Access.putInt(rings, cqe + CqeLayout.FLAGS, flags(number));
        if (format != CompletionFormat.STANDARD) {
            Access.putLong(rings, cqe + CqeLayout.BYTES, number);
            Access.putLong(rings, cqe + CqeLayout.BYTES + Long.BYTES, number);
        }
        kernelTail += step;
        Access.putIntRelease(rings, HeapQueues.CQ_TAIL, kernelTail);
    }

    private int flags(int number) {
        int wide = format == CompletionFormat.MIXED ? Abi.CQE_F_32 : 0;
        return number << Abi.CQE_BUFFER_SHIFT | wide;
    }

    void application() {
        for (int look = 0; look < LOOKS && taken < POSTED; look++) {
            completions.drain(this);
        }
    }

    void outcome(III_Result result) {
        result.r3 = taken;
        completions.drain(this);
        result.r1 = broken;
        result.r2 = posted - taken;
    }

    @Override
    public void completed(long userData, int result, int flags) {
        taken++;
        if (userData != taken || result != taken || flags != flags(taken)) {
            broken++;
        }
    }

    @Override
    public void completedWide(long userData, int result, int flags, long extra1, long extra2) {
        completed(userData, result, flags);
        if (extra1 != taken || extra2 != taken) {
            broken++;
        }
    }
}
