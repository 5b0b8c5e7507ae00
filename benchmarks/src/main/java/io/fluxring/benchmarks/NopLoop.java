package io.fluxring.benchmarks;

import com.sun.management.ThreadMXBean;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.ring.CompletionQueue;
import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.ring.SubmissionQueue;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The counterpart of {@code nop.c}: fill a batch of NOPs, one enter, reap. Same options, same lines. */
@Command(name = "nop")
public final class NopLoop implements Callable<Integer> {
    private static final int SQ_ENTRIES = 256;
    private static final int CQ_ENTRIES = 512;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Which layer carries the NOPs. */
    public enum Level {
        /** The bare queues. */
        RING,
        /** Operations with their slots, through the loop's tick. */
        LOOP
    }

    @Option(names = "--seconds", defaultValue = "1")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "2")
    private double warmup;

    @Option(names = "--batches", split = ",", defaultValue = "1,8,32,128")
    private List<Integer> batches = List.of();

    @Option(names = "--level", defaultValue = "RING")
    private Level level = Level.RING;

    private NopLoop() {}

    /** See {@code benchmarks/run nop}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new NopLoop())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    /** Something that takes a batch of NOPs through the ring. */
    @FunctionalInterface
    private interface Trip {
        void once(int batch);
    }

    @Override
    public Integer call() {
        switch (level) {
            case RING -> overRing();
            case LOOP -> overLoop();
        }
        return 0;
    }

    private void overRing() {
        try (Ring ring = Ring.open(RingConfig.defaults().withEntries(SQ_ENTRIES, CQ_ENTRIES))) {
            ring.enable();
            RingTrip trip = new RingTrip(ring);
            measure(trip);
        }
    }

    private void overLoop() {
        RingConfig config = RingConfig.defaults().withEntries(SQ_ENTRIES, CQ_ENTRIES);
        try (RingLoop loop = RingLoop.open(RingLoopConfig.defaults().withRing(config))) {
            loop.attach();
            measure(new LoopTrip(loop));
        }
    }

    private void measure(Trip trip) {
        for (int batch : batches) {
            run(trip, batch, warmup);
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            long operations = run(trip, batch, seconds);
            double nanos = System.nanoTime() - start;
            double bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            System.out.printf(
                    Locale.ROOT,
                    "nop batch=%d ns_per_op=%.2f ops=%d bytes_per_op=%.4f%n",
                    batch,
                    nanos / operations,
                    operations,
                    bytes / operations);
        }
    }

    private static long run(Trip trip, int batch, double seconds) {
        // The clock is read once in about a thousand operations, so that it costs nothing at batch 1.
        int batchesBetweenLooks = 1024 / batch + 1;
        long operations = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            for (int i = 0; i < batchesBetweenLooks; i++) {
                trip.once(batch);
            }
            operations += (long) batchesBetweenLooks * batch;
        } while (System.nanoTime() - end < 0);
        return operations;
    }

    private static final class RingTrip implements Trip, CompletionSink {
        private final Ring ring;
        private final SubmissionQueue submissions;
        private final CompletionQueue completions;
        private int seen;
        private long sum;

        RingTrip(Ring ring) {
            this.ring = ring;
            this.submissions = ring.submissions();
            this.completions = ring.completions();
        }

        @Override
        public void once(int batch) {
            for (int i = 0; i < batch; i++) {
                Sqe sqe = submissions.claim();
                if (sqe == null) {
                    throw new IllegalStateException("the submission queue is full");
                }
                sqe.prepNop().userData(i);
            }
            seen = 0;
            sum = 0;
            ring.submitAndWait(batch, Ring.FOREVER, 0);
            completions.drain(this);
            if (seen != batch || sum != (long) batch * (batch - 1) / 2) {
                throw new IllegalStateException("completions lost");
            }
        }

        @Override
        public void completed(long userData, int result, int flags) {
            if (result < 0) {
                throw new IllegalStateException("a NOP has failed");
            }
            sum += userData;
            seen++;
        }
    }

    private static final class LoopTrip implements Trip {
        private final RingLoop loop;
        private final List<NopOperation> operations = new ArrayList<>();
        private int seen;

        LoopTrip(RingLoop loop) {
            this.loop = loop;
            for (int i = 0; i < SQ_ENTRIES; i++) {
                operations.add(new NopOperation());
            }
        }

        @Override
        public void once(int batch) {
            for (int i = 0; i < batch; i++) {
                loop.submit(operations.get(i));
            }
            seen = 0;
            while (seen < batch) {
                loop.tick(RingLoop.FOREVER);
            }
        }

        private final class NopOperation extends Operation {
            NopOperation() {
                super(Opcode.NOP);
            }

            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepNop();
            }

            @Override
            protected void completed(int result, int flags) {
                seen++;
            }
        }
    }
}
