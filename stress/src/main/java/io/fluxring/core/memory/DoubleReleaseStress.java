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

/** Two threads that release the same lease: it comes back once. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Never, or twice.")
@State
public class DoubleReleaseStress {
    private static final Thread OWNER = new Thread(() -> {}); // none of those that jcstress runs the actors on

    private final Slab slab = new Slab(new HeapArena(), 1, 8, () -> {}, OWNER);
    private final BufferLease lease = Objects.requireNonNull(slab.allocate(null));

    /** A thread that releases. */
    @Actor
    public void one() {
        lease.release();
    }

    /** Another one. */
    @Actor
    public void another() {
        lease.release();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(II_Result result) {
        slab.takeBackRemote();
        result.r1 = slab.free();
        result.r2 = slab.liveLeases();
    }
}
