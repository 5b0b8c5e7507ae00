package io.fluxring.core.memory;

import io.fluxring.core.stress.HeapArena;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * A thread releases two leases while the loop ends and a third stays out: the memory is not freed before that one is
 * released, and freed once then. Guards {@link LeasePool#release} against {@link LeasePool#end}.
 */
@JCStressTest
@Outcome(id = "0, 1, 1, 0", expect = Expect.ACCEPTABLE, desc = "Freed with the last release.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Freed under a lease, twice, or never.")
@State
public class LateReleaseStress {
    private static final Thread OWNER = new Thread(() -> {}); // none of those that jcstress runs the actors on

    private final AtomicInteger freed = new AtomicInteger();
    private final Slab slab = new Slab(new HeapArena(), 3, 8, () -> {}, OWNER);
    private final BufferLease first = Objects.requireNonNull(slab.allocate(null));
    private final BufferLease second = Objects.requireNonNull(slab.allocate(null));
    private final BufferLease third = Objects.requireNonNull(slab.allocate(null));

    /** Another thread. */
    @Actor
    public void another() {
        first.release();
        second.release();
    }

    /** The loop: a last look at what was released, and its end. */
    @Actor
    public void loop() {
        slab.takeBackRemote();
        slab.end(freed::incrementAndGet);
    }

    /** What came of it, and of the last release. */
    @Arbiter
    public void outcome(IIII_Result result) {
        result.r1 = freed.get();
        result.r2 = slab.liveLeases();
        third.release();
        result.r3 = freed.get();
        result.r4 = slab.liveLeases();
    }
}
