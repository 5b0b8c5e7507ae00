package io.fluxring.benchmarks.reads;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads as operations of a loop, each of which submits itself anew when it has ended. */
final class LoopReads implements Reads {
    private final RingLoop loop;
    private final ReadTarget target;
    private final long waitNanos;
    private final Read[] reads = new Read[ReadTarget.MOST_IN_FLIGHT];
    private long completed;
    private int inFlight;
    private boolean stopping;

    LoopReads(RingConfig config, ReadTarget target, int fd) {
        this.target = target;
        waitNanos = target.mode().completionsToWaitFor() == 0 ? 0 : RingLoop.FOREVER;
        loop = RingLoop.open(RingLoopConfig.defaults().withRing(config).withDirectDescriptors(1));
        loop.attach();
        require(loop.bufferTable().register(target.memory()));
        register(fd);
        for (int place = 0; place < reads.length; place++) {
            reads[place] = new Read(place);
        }
    }

    private static void require(int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.describe(result));
        }
    }

    /** Puts the file into slot 0. */
    private void register(int fd) {
        MemorySegment fds = loop.memory().allocate(ValueLayout.JAVA_INT);
        fds.set(ValueLayout.JAVA_INT, 0, fd);
        Operation update = new Operation(Opcode.FILES_UPDATE) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepFilesUpdate(fds.address(), 1, ReadTarget.SLOT);
            }

            @Override
            protected void completed(int result, int flags) {
                require(result);
            }
        };
        loop.submit(update);
        while (update.isLive()) {
            loop.tick(waitNanos);
        }
    }

    @Override
    public long run(int depth, double seconds) {
        completed = 0;
        stopping = false;
        for (int place = 0; place < depth; place++) {
            loop.submit(reads[place]);
            inFlight++;
        }
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            loop.tick(waitNanos);
        } while (System.nanoTime() - end < 0);
        long counted = completed;
        stopping = true;
        while (inFlight > 0) {
            loop.tick(waitNanos);
        }
        return counted;
    }

    @Override
    public long enters() {
        return loop.counters().get(Counter.ENTERS);
    }

    @Override
    public void close() {
        loop.close();
    }

    private final class Read extends Operation {
        private final int place;

        Read(int place) {
            super(Opcode.READ_FIXED);
            this.place = place;
        }

        @Override
        protected void prepare(Sqe sqe) {
            target.prepare(sqe, place);
        }

        @Override
        protected void completed(int result, int flags) {
            ReadTarget.check(result);
            completed++;
            if (stopping) {
                inFlight--;
            } else {
                loop.submit(this);
            }
        }
    }
}
