package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.TimespecLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Keeps a loop from its end while calls off it are under way on a file: a loop waits for its operations and for nothing else, and a
 * descriptor must not be closed under a call.
 */
final class LoopHold extends Operation {
    private static final long NANOS = 1_000_000;

    private final RingLoop loop;
    private final BooleanSupplier isNeeded;
    private final MemorySegment time;

    private LoopHold(RingLoop loop, BooleanSupplier isNeeded) {
        super(Opcode.TIMEOUT);
        this.loop = loop;
        this.isNeeded = isNeeded;
        this.time = loop.scratch().take();
        TimespecLayout.put(time, NANOS);
    }

    /**
     * Keeps a loop that is about to end.
     *
     * @param isNeeded whether there are calls left
     */
    static void begin(RingLoop loop, BooleanSupplier isNeeded) {
        if (isNeeded.getAsBoolean()) {
            loop.submit(new LoopHold(loop, isNeeded));
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepTimeout(time.address(), 0, 0);
    }

    @Override
    protected void completed(int result, int flags) {
        if (isNeeded.getAsBoolean()) {
            loop.submit(this); // also when the teardown has called it off
        } else {
            loop.scratch().giveBack(time);
        }
    }
}
