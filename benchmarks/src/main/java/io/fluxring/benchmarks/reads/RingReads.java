package io.fluxring.benchmarks.reads;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.register.BufferRegistration;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;

/** Reads through the bare queues. */
final class RingReads implements Reads, CompletionSink {
    private final Ring ring;
    private final ReadTarget target;
    private final int waitFor;
    private final int[] done = new int[ReadTarget.MOST_IN_FLIGHT];
    private int doneCount;

    RingReads(RingConfig config, ReadTarget target, int fd) {
        this.target = target;
        waitFor = target.mode().completionsToWaitFor();
        ring = Ring.open(config);
        ring.enable();
        require(new BufferRegistration(ring.handle()).register(target.memory()));
        require(new FileRegistration(ring.handle()).register(fd));
    }

    private static void require(int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.describe(result));
        }
    }

    @Override
    public long run(int depth, double seconds) {
        doneCount = 0;
        for (int place = 0; place < depth; place++) {
            done[doneCount++] = place;
        }
        long completed = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            submitDone();
            take();
            completed += doneCount;
        } while (System.nanoTime() - end < 0);
        for (int inFlight = depth - doneCount; inFlight > 0; inFlight -= doneCount) {
            doneCount = 0;
            take();
        }
        return completed;
    }

    private void submitDone() {
        for (int i = 0; i < doneCount; i++) {
            Sqe sqe = ring.submissions().claim();
            if (sqe == null) {
                throw new IllegalStateException("the submission queue is full");
            }
            target.prepare(sqe, done[i]);
            sqe.userData(done[i]);
        }
        doneCount = 0;
    }

    private void take() {
        while (doneCount == 0) {
            int result = ring.submitAndWait(waitFor, Ring.FOREVER, 0);
            if (result < 0 && Errno.ofResult(result) != Errno.EINTR) {
                throw new IllegalStateException(Errno.describe(result));
            }
            ring.completions().drain(this);
        }
    }

    @Override
    public void completed(long userData, int result, int flags) {
        ReadTarget.check(result);
        done[doneCount++] = (int) userData;
    }

    @Override
    public long enters() {
        return ring.enters();
    }

    @Override
    public void close() {
        ring.close();
    }
}
