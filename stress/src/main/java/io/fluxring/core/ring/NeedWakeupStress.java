package io.fluxring.core.ring;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The kernel's polling thread goes to sleep while the application submits: it sees the entry, or the application sees that it
 * sleeps and wakes it. Guards the full fence in {@link SubmissionQueue#needsWakeup}.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The thread sees the entry and does not sleep.")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The thread sleeps and is woken.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Both: a wake-up too many.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The thread sleeps with an entry before it.")
@State
public class NeedWakeupStress {
    private final HeapQueues queues = new HeapQueues(1, CompletionFormat.STANDARD);
    private final SubmissionQueue submissions = queues.submissions();
    private final int kernelHead = Access.getInt(queues.rings, HeapQueues.SQ_HEAD);

    /** The application, as an enter does it. */
    @Actor
    public void application(II_Result result) {
        submissions.claim();
        submissions.publish();
        result.r1 = submissions.needsWakeup() ? 1 : 0;
    }

    /** The polling thread, which has found nothing for its idle time. */
    @Actor
    public void kernel(II_Result result) {
        Access.putIntRelease(queues.rings, HeapQueues.SQ_FLAGS, Abi.SQ_NEED_WAKEUP);
        Access.fullFence();
        result.r2 = Access.getIntAcquire(queues.rings, HeapQueues.SQ_TAIL) - kernelHead;
    }
}
