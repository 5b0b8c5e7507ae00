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
 * A thread releases two leases while the owner takes back: each comes back once, and what the owner has missed is announced to
 * it afterwards. An announcement is due for each release that finds nothing waiting. Guards {@link LeasePool#release} against
 * {@link LeasePool#takeBackRemote}.
 */
@JCStressTest
@Outcome(id = "0, 1, 2, 0", expect = Expect.ACCEPTABLE, desc = "The owner came too early, and is called.")
@Outcome(
        id = "1, 2, 2, [01]",
        expect = Expect.ACCEPTABLE,
        desc = "The owner took the first, and is called for the second.")
@Outcome(id = "2, 1, 2, [01]", expect = Expect.ACCEPTABLE, desc = "The owner took both.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A lease is lost, came back twice, or waits unannounced.")
@State
public class RemoteReleaseStress {
    private static final Thread OWNER = new Thread(() -> {}); // none of those that jcstress runs the actors on

    private final AtomicInteger announced = new AtomicInteger();
    private final Slab slab = new Slab(new HeapArena(), 2, 8, announced::incrementAndGet, OWNER);
    private final BufferLease first = Objects.requireNonNull(slab.allocate(null));
    private final BufferLease second = Objects.requireNonNull(slab.allocate(null));

    /** Another thread. */
    @Actor
    public void another() {
        first.release();
        second.release();
        second.release(); // the second time does nothing
    }

    /** The owner, as the loop runs it. */
    @Actor
    public void owner(IIII_Result result) {
        result.r4 = announced.get(); // what is announced from here on makes the owner come again
        slab.takeBackRemote();
        result.r1 = slab.free();
    }

    /** What came of it, after the owner has followed the last call. */
    @Arbiter
    public void outcome(IIII_Result result) {
        result.r2 = announced.get();
        slab.takeBackRemote();
        result.r3 = slab.free() - slab.liveLeases();
    }
}
