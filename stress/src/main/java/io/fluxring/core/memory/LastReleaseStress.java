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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One of the last two leases is released by another thread while the loop ends, and the other right after the end: the memory is
 * freed once, by the thread that comes last. Guards {@link LeasePool#end} and the count of what is released after it.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Freed once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Freed twice, or never.")
@State
public class LastReleaseStress {
    private static final Thread OWNER = new Thread(() -> {}); // none of those that jcstress runs the actors on

    private final AtomicInteger freed = new AtomicInteger();
    private final Slab slab = new Slab(new HeapArena(), 2, 8, () -> {}, OWNER);
    private final BufferLease first = Objects.requireNonNull(slab.allocate(null));
    private final BufferLease second = Objects.requireNonNull(slab.allocate(null));

    /** Another thread. */
    @Actor
    public void another() {
        first.release();
    }

    /** The loop's end, and a release of the application behind it. */
    @Actor
    public void loop() {
        slab.end(freed::incrementAndGet);
        second.release();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(II_Result result) {
        result.r1 = freed.get();
        result.r2 = slab.liveLeases();
    }
}
