package io.fluxring.core.ring;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The application submits through a queue of one entry while the kernel's polling thread takes what it sees: an entry is whole
 * when the tail shows it, and is not written again before the head has passed it. Guards the release of the tail in {@link
 * SubmissionQueue#publish} and the look at the head in {@link SubmissionQueue#claim}.
 */
@JCStressTest
@Outcome(id = "0, 0, [0123]", expect = Expect.ACCEPTABLE, desc = "Each entry was whole when it was taken.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An entry was half written, stale, overwritten or lost.")
@State
public class SubmissionPublishStress {
    private static final int PUBLISHED = 3;
    private static final int LOOKS = 100;

    private final HeapQueues queues = new HeapQueues(1, CompletionFormat.STANDARD);
    private final SubmissionQueue submissions = queues.submissions();
    private int published;

    private int kernelHead = Access.getInt(queues.rings, HeapQueues.SQ_HEAD);
    private int taken;
    private int broken;

    /** The application, which submits when there is room. */
    @Actor
    public void application() {
        for (int look = 0; look < LOOKS && published < PUBLISHED; look++) {
            Sqe sqe = submissions.claim();
            if (sqe != null) {
                int number = published + 1;
                sqe.prepRead(number, number, number, number).userData(number);
                submissions.publish();
                published = number;
            }
        }
    }

    /** The polling thread. */
    @Actor
    public void kernel(III_Result result) {
        for (int look = 0; look < LOOKS && taken < PUBLISHED; look++) {
            take();
        }
        result.r3 = taken;
    }

    /** What came of it, after the kernel has taken what is left. */
    @Arbiter
    public void outcome(III_Result result) {
        take();
        result.r1 = broken;
        result.r2 = published - taken;
    }

    private void take() {
        if (Access.getIntAcquire(queues.rings, HeapQueues.SQ_TAIL) == kernelHead) {
            return;
        }
        taken++;
        if (!isWhole(queues.entries, taken)) {
            broken++;
        }
        kernelHead++;
        Access.putIntRelease(queues.rings, HeapQueues.SQ_HEAD, kernelHead);
    }

    private static boolean isWhole(MemorySegment entry, int number) {
        return Access.getLong(entry, SqeLayout.USER_DATA) == number
                && Access.getInt(entry, SqeLayout.LEN) == number
                && Access.getLong(entry, SqeLayout.ADDR) == number
                && Access.getLong(entry, SqeLayout.OFF) == number
                && Access.getInt(entry, SqeLayout.FD) == number;
    }
}
