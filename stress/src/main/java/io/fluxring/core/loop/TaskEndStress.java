package io.fluxring.core.loop;

import io.fluxring.core.stress.StubKernel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * A loop ends while another thread offers it tasks, such as the cancel of an operation that completes just then: what was
 * accepted is run once, by the loop or by the thread that offered it, and what was rejected is never run. Guards {@link
 * TaskQueue#execute} against {@link TaskQueue#refuseAndRunLeftovers}.
 */
@JCStressTest
@Outcome(id = "1, 1, 1, 1", expect = Expect.ACCEPTABLE, desc = "Both were accepted.")
@Outcome(id = "1, 1, 0, 0", expect = Expect.ACCEPTABLE, desc = "The loop ended between the two.")
@Outcome(id = "0, 0, 0, 0", expect = Expect.ACCEPTABLE, desc = "The loop ended before.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A task was lost, run twice, or run although it was rejected.")
@State
public class TaskEndStress {
    private static final RingCounters COUNTERS = new RingCounters();
    private static final HandlerGuard GUARD = new HandlerGuard(COUNTERS, LoopEvents.create());

    private final TaskQueue tasks = new TaskQueue(new Wakeup(new StubKernel(), 0, COUNTERS), GUARD);
    private final AtomicInteger firstRuns = new AtomicInteger();
    private final AtomicInteger secondRuns = new AtomicInteger();

    /** Another thread. */
    @Actor
    public void caller(IIII_Result result) {
        result.r1 = execute(firstRuns::incrementAndGet);
        result.r3 = execute(secondRuns::incrementAndGet);
    }

    private int execute(Runnable task) {
        try {
            tasks.execute(task);
            return 1;
        } catch (RejectedExecutionException e) {
            return 0;
        }
    }

    /** The loop: a last tick, and its end. */
    @Actor
    public void loop() {
        tasks.run();
        tasks.refuseAndRunLeftovers();
    }

    /** What came of it. */
    @Arbiter
    public void outcome(IIII_Result result) {
        result.r2 = firstRuns.get();
        result.r4 = secondRuns.get();
    }
}
