package io.fluxring.tests.soak;

import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;

/** An operation that the ledger knows. What it expects of its result is checked where it ends. */
abstract class TrackedOperation extends Operation {
    static final int CANCELLED = Errno.ECANCELED.result();

    int place = -1; // among those in flight

    private final Soak soak;
    private final String kind;
    private boolean cancelAsked;

    TrackedOperation(Soak soak, Opcode opcode, String kind) {
        super(opcode);
        this.soak = soak;
        this.kind = kind;
    }

    String kind() {
        return kind;
    }

    /** Whether it can be started. */
    boolean isIdle() {
        return place < 0;
    }

    final void start() {
        cancelAsked = false;
        soak.ledger().started(this);
        soak.loop().submit(this);
    }

    /** Starts operations of which each waits for the one before. */
    static void startChain(Soak soak, TrackedOperation... members) {
        for (TrackedOperation member : members) {
            member.cancelAsked = false;
            soak.ledger().started(member);
        }
        soak.loop().submitChain(members);
    }

    final void cancel() {
        if (!cancelAsked) {
            cancelAsked = true;
            soak.ledger().cancelAsked();
        }
        soak.loop().cancel(this);
    }

    @Override
    protected final void completed(int result, int flags) {
        soak.guard(() -> {
            if ((flags & Abi.CQE_F_MORE) != 0) {
                progressed(result, flags);
            } else {
                soak.ledger().ended(this, result);
                ended(result, flags);
            }
        });
    }

    /** A completion that is not the last. */
    protected void progressed(int result, int flags) {
        throw new AssertionError(this + " must complete once, and has " + result + " with more to come");
    }

    /** The last completion. */
    protected abstract void ended(int result, int flags);

    /** Fails unless the result is the one expected, or the operation was cancelled. */
    final void expect(int result, int expected) {
        if (result != expected && !wasCancelled(result)) {
            throw new AssertionError(this + " (" + kind + "): " + Errno.describe(result) + " instead of " + expected);
        }
    }

    /** Whether this is the end of an operation that was asked to end. */
    final boolean wasCancelled(int result) {
        return (cancelAsked || soak.isClosing()) && (result == CANCELLED || result == Errno.EINTR.result());
    }
}
