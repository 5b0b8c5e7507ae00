package io.fluxring.core.loop;

import io.fluxring.core.stress.StubKernel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A loop that closes its eventfd while another thread wakes it: no write reaches a descriptor whose number may be another file's. */
@JCStressTest
@Outcome(id = "0, [01]", expect = Expect.ACCEPTABLE, desc = "No write behind the close.")
@Outcome(id = "1, .*", expect = Expect.FORBIDDEN, desc = "A write behind the close.")
@State
public class WakeupCloseStress {
    private static final RingCounters COUNTERS = new RingCounters();

    private final StubKernel kernel = new StubKernel();
    private final Wakeup wakeup = new Wakeup(kernel, Wakeup.openEventFd(kernel), COUNTERS);

    /** A loop that sleeps. */
    public WakeupCloseStress() {
        wakeup.fallAsleep();
    }

    /** The loop's end. */
    @Actor
    public void loop() {
        wakeup.close();
    }

    /** Another thread. */
    @Actor
    public void caller() {
        wakeup.signal();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(II_Result result) {
        result.r1 = kernel.writesBehindClose();
        result.r2 = kernel.eventFdWrites();
    }
}
