package io.fluxring.reactor;

import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.LoopSource;
import io.fluxring.reactor.operator.LoopSubscription;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;

/**
 * One subscription of {@link FluxSubmit}: asks upstream for what {@link Credits} allow, reserves a slot for each operation that it
 * asked for, and gives it back with the operation's last completion.
 */
final class SubmitSubscription extends LoopSubscription<Completion> {
    /** Upstream is asked for no more than this at once, however large the ring is: as many as are worth one enter. */
    private static final int MOST_AT_ONCE = 256;

    private final Publisher<? extends Op> publisher;
    private final LoopSource<Op> source;
    private final Set<SubmittedOperation> inFlight = new LinkedHashSet<>();
    private final Runnable closeHook = this::loopCloses;

    private int notArrived; // requested of upstream and not taken from its queue
    private boolean reserving; // the source may still need slots
    private boolean working;
    private boolean workAgain;
    private boolean awaitsSlots;

    SubmitSubscription(RingLoop loop, CoreSubscriber<? super Completion> actual, Publisher<? extends Op> publisher) {
        super(loop, actual);
        this.publisher = publisher;
        this.source = new LoopSource<>(this, MOST_AT_ONCE, this::drain);
    }

    // ---- the loop's side

    @Override
    protected void attach() {
        if (loop().isClosing()) {
            fail(RingException.ringClosed());
            return;
        }
        reserving = true;
        loop().addCloseHook(closeHook);
        try {
            source.begin(publisher);
        } catch (Throwable e) { // against the rules, or fatal
            source.fail(e);
            drain();
        }
    }

    /** Submits what has arrived and asks for more. Re-entrant: upstream may answer, and downstream request, from within. */
    @Override
    protected void drain() {
        if (working) {
            workAgain = true;
            return;
        }
        working = true;
        try {
            do {
                workAgain = false;
                submitArrived();
                ask();
            } while (workAgain);
        } catch (Throwable e) { // an operation that can't be prepared: its publisher is at fault
            source.fail(e);
        } finally {
            working = false;
        }
        endIfOver();
    }

    private void submitArrived() {
        for (Op op = source.next(); op != null; op = source.next()) {
            notArrived--;
            submit(op);
        }
    }

    private void submit(Op op) {
        SubmittedOperation operation =
                new SubmittedOperation(this, op, loop().scratch().take());
        inFlight.add(operation);
        try {
            loop().submit(operation);
        } catch (Throwable e) {
            forget(operation);
            throw e;
        }
    }

    private void forget(SubmittedOperation operation) {
        inFlight.remove(operation);
        loop().scratch().giveBack(operation.scratch());
        loop().unreserveSlots(1);
    }

    private void ask() {
        if (!source.canBeAsked() || isOver()) {
            return;
        }
        long outstanding = notArrived + (long) inFlight.size();
        long credit =
                Credits.forSubmit(demand(), outstanding, notArrived, loop().submissionSpace(), loop().freeSlots());
        int count = (int) Math.min(credit, MOST_AT_ONCE - notArrived);
        if (count > 0 && loop().reserveSlots(count)) {
            notArrived += count;
            source.ask(count);
        } else if (notArrived == 0 && demand() > outstanding && !awaitsSlots) {
            awaitsSlots = true; // the ring is full: neither an arrival nor a completion of ours need follow
            loop().whenSlotsFree(this::slotsFreed);
        }
    }

    private void slotsFreed() {
        awaitsSlots = false;
        drain();
    }

    void completed(SubmittedOperation operation, int result, int flags) {
        forget(operation);
        if (isOver() || demand() == 0) {
            operation.dispose(loop(), result);
        } else {
            next(new Completion(operation.opcode(), operation.op(), result, flags));
        }
        if (!isCancelled()) {
            drain();
        }
    }

    /** An operation that had to wait for a place in the ring can't be prepared: as when one can't be at once. */
    void unprepared(SubmittedOperation operation, Throwable failure) {
        forget(operation);
        source.fail(failure);
        drain();
    }

    private void endIfOver() {
        if (source.isOver()) {
            stopReserving();
            if (inFlight.isEmpty()) {
                Throwable e = source.reason();
                if (e == null) {
                    complete();
                } else if (!isOver()) {
                    fail(e);
                }
            }
        }
    }

    /** The source is not heard any more: what was asked of it needs no slots. */
    private void stopReserving() {
        if (reserving) {
            reserving = false;
            loop().unreserveSlots(notArrived);
            notArrived = 0;
            loop().removeCloseHook(closeHook);
        }
    }

    /** Nothing more is submitted; what the kernel has is cancelled by the loop's teardown. */
    private void loopCloses() {
        source.fail(RingException.ringClosed());
        drain();
    }

    /** What the kernel has is called off; its completions are still awaited, and disposed of. */
    @Override
    protected void detach() {
        source.close();
        stopReserving();
        for (SubmittedOperation operation : List.copyOf(inFlight)) {
            loop().cancel(operation);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT || key == Attr.BUFFERED || key == Attr.ERROR) {
            return source.scanUnsafe(key);
        }
        return super.scanUnsafe(key);
    }
}
