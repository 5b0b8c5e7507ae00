package io.fluxring.core.memory;

import io.fluxring.core.stress.HeapArena;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A lent lease is retained by another thread, which is against the rules, while the loan ends: the thread has the bytes or an
 * exception, and never bytes that went back. Guards {@link BufferLease#retain} against {@link BufferLease#endLoan}.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Retained: the buffer is out.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Too late: the buffer is back.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Retained and back, or neither.")
@State
public class RetainStress {
    private static final Thread OWNER = new Thread(() -> {}); // none of those that jcstress runs the actors on

    private final Slab slab = new Slab(new HeapArena(), 1, 8, () -> {}, OWNER);
    private final BufferLease lease = Objects.requireNonNull(slab.allocate(null));

    /** The callback is about to run. */
    public RetainStress() {
        lease.lend();
    }

    /** The thread that the callback gave the lease to. */
    @Actor
    public void retain(II_Result result) {
        try {
            lease.retain();
            result.r1 = 1;
        } catch (IllegalStateException e) {
            result.r1 = 0;
        }
    }

    /** The emitter, when the callback has returned. */
    @Actor
    public void endLoan() {
        lease.endLoan();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(II_Result result) {
        slab.takeBackRemote();
        result.r2 = slab.free();
    }
}
