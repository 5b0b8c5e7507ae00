package io.fluxring.core.sim;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;
import java.util.function.Consumer;

/** An operation that counts its ends: one for each submission, and nothing after it. */
final class TrackedOperation extends Operation {
    /** Takes a completion. */
    @FunctionalInterface
    interface Handler {
        void completed(int result, int flags);
    }

    private final Consumer<Sqe> prepare;
    private final Handler handler;
    private int submissions;
    private int ends;

    TrackedOperation(Opcode opcode, Consumer<Sqe> prepare, Handler handler) {
        super(opcode);
        this.prepare = prepare;
        this.handler = handler;
    }

    TrackedOperation submit(RingLoop loop) {
        submissions++;
        loop.submit(this);
        return this;
    }

    @Override
    protected void prepare(Sqe sqe) {
        prepare.accept(sqe);
    }

    @Override
    protected void completed(int result, int flags) {
        if (ends == submissions) {
            throw new AssertionError(this + " completes after its end: " + result);
        }
        if ((flags & Abi.CQE_F_MORE) == 0) {
            ends++;
        }
        handler.completed(result, flags);
    }

    void requireEnded() {
        if (ends != submissions || isLive()) {
            throw new AssertionError(this + " was submitted " + submissions + " times and ended " + ends + " times");
        }
    }
}
