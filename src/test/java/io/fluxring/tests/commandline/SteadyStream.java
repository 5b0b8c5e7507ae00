package io.fluxring.tests.commandline;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;

/** A loop whose kernel thread takes the submissions: a stream of operations between two lines on standard output. */
public final class SteadyStream {
    private static final int IDLE_MILLIS = 10_000;
    private static final int IN_FLIGHT = 16;

    private final RingLoop loop;
    private final long operations;
    private long completed;

    private SteadyStream(RingLoop loop, long operations) {
        this.loop = loop;
        this.operations = operations;
    }

    /**
     * Runs it.
     *
     * @param arguments how many operations
     */
    public static void main(String[] arguments) {
        RingConfig ring = RingConfig.defaults().withEntries(64, 256).withSqPoll(IDLE_MILLIS);
        try (RingLoop loop = RingLoop.open(RingLoopConfig.defaults().withRing(ring))) {
            loop.attach();
            new SteadyStream(loop, 1_000).run(); // the polling thread is awake from here on
            SteadyStream stream = new SteadyStream(loop, Long.parseLong(arguments[0]));
            long before = loop.counters().get(Counter.ENTERS);
            System.out.println("stream begins");
            stream.run();
            System.out.println("stream ends");
            System.out.println("enters " + (loop.counters().get(Counter.ENTERS) - before));
        }
    }

    private void run() {
        for (int i = 0; i < IN_FLIGHT; i++) {
            loop.submit(new Nop());
        }
        while (completed < operations) {
            loop.tick(0);
        }
    }

    private final class Nop extends Operation {
        Nop() {
            super(Opcode.NOP);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepNop();
        }

        @Override
        protected void completed(int result, int flags) {
            if (++completed <= operations - IN_FLIGHT) {
                loop.submit(this);
            }
        }
    }
}
