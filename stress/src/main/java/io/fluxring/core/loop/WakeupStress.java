package io.fluxring.core.loop;

import io.fluxring.core.stress.StubKernel;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A loop that goes to sleep while another thread offers it a task: it sees the task, or it is woken. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The loop sees the task and does not sleep.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The loop sleeps and is woken.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Both: a wake-up too many.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The loop sleeps with a task before it.")
@State
public class WakeupStress {
    private static final RingCounters COUNTERS = new RingCounters();

    private final StubKernel kernel = new StubKernel();
    private final Wakeup wakeup = new Wakeup(kernel, Wakeup.openEventFd(kernel), COUNTERS);
    private final AtomicInteger offered = new AtomicInteger();

    /** The loop, as its tick does it before the wait. */
    @Actor
    public void loop(II_Result result) {
        wakeup.fallAsleep();
        result.r1 = offered.getAcquire();
    }

    /** Another thread; the queue of tasks orders no more than this. */
    @Actor
    public void caller() {
        offered.setRelease(1);
        wakeup.signal();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(II_Result result) {
        result.r2 = kernel.eventFdWrites();
    }
}
