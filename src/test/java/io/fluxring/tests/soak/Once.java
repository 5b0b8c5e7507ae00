package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.function.Consumer;

/** One operation from its start to its end, before or after the traffic. */
final class Once extends Operation {
    private static final long TICK_NANOS = 1_000_000L;

    private final Consumer<Sqe> preparation;
    private int result;

    private Once(Opcode opcode, Consumer<Sqe> preparation) {
        super(opcode);
        this.preparation = preparation;
    }

    /** Its result, which must not be an error. */
    static int run(RingLoop loop, Opcode opcode, Consumer<Sqe> preparation) {
        Once once = new Once(opcode, preparation);
        loop.submit(once);
        while (once.isLive()) {
            loop.tick(TICK_NANOS);
        }
        if (once.result < 0) {
            throw new AssertionError(opcode + ": " + Errno.describe(once.result));
        }
        return once.result;
    }

    @Override
    protected void prepare(Sqe sqe) {
        preparation.accept(sqe);
    }

    @Override
    protected void completed(int completedWith, int flags) {
        result = completedWith;
    }
}
