package io.fluxring.reactor;

import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.Drain;
import io.fluxring.reactor.operator.LoopSubscription;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/** Submits what a publisher gives, and emits what the kernel says of it. Asks upstream for what {@link Credits} allow. */
final class FluxSubmit extends Flux<Completion> implements Scannable {
    private final RingLoop loop;
    private final Publisher<? extends Op> source;

    private FluxSubmit(RingLoop loop, Publisher<? extends Op> source) {
        this.loop = loop;
        this.source = source;
    }

    static Flux<Completion> of(RingLoop loop, Publisher<? extends Op> source) {
        return onAssembly(new FluxSubmit(loop, source));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Completion> actual) {
        SubmitSubscription subscription = new SubmitSubscription(loop, actual);
        actual.onSubscribe(subscription);
        try {
            loop.execute(() -> subscription.start(source));
        } catch (RejectedExecutionException e) {
            subscription.fail(e);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    static final class SubmitSubscription extends LoopSubscription<Completion> implements CoreSubscriber<Op> {
        /** Upstream is asked for no more than this at once, however large the ring is. */
        private static final int MOST_AT_ONCE = 256;

        private static final long LOOK_AGAIN_NANOS = 1_000_000L;

        private final Queue<Op> arrived = Queues.<Op>get(MOST_AT_ONCE).get();
        private final Set<SubmittedOperation> inFlight = new LinkedHashSet<>();
        private final Runnable closeHook = this::loopCloses;
        private final Drain work = new Drain(this::work);

        private volatile boolean sourceDone;
        private volatile @Nullable Throwable sourceFailure;
        private @Nullable Subscription upstream;
        private int notArrived;
        private boolean lookAgainScheduled;
        private boolean over;
        private boolean calledOff;

        SubmitSubscription(RingLoop loop, CoreSubscriber<? super Completion> actual) {
            super(loop, actual);
        }

        void start(Publisher<? extends Op> source) {
            if (loop().isClosing()) {
                fail(RingException.closed("the ring"));
            } else if (!isCancelled()) {
                loop().addCloseHook(closeHook);
                source.subscribe(this);
            }
        }

        // ---- the loop's side

        @Override
        protected void requested() {
            if (work.run()) {
                endIfOver();
            }
        }

        private void work() {
            submitArrived();
            ask();
        }

        private void submitArrived() {
            for (Op op = arrived.poll(); op != null; op = arrived.poll()) {
                notArrived--;
                SubmittedOperation operation =
                        new SubmittedOperation(this, op, loop().scratch().take());
                inFlight.add(operation);
                loop().submit(operation);
            }
        }

        private void ask() {
            Subscription from = upstream;
            if (from == null || sourceDone || isCancelled()) {
                return;
            }
            long outstanding = notArrived + (long) inFlight.size();
            long credit =
                    Credits.forSubmit(demand(), outstanding, notArrived, loop().submissionSpace(), loop().freeSlots());
            int count = (int) Math.min(credit, MOST_AT_ONCE - notArrived);
            if (count > 0) {
                notArrived += count;
                loop().reserveSlots(count);
                from.request(count);
            } else if (notArrived == 0 && demand() > outstanding) {
                // The ring is full for now. No arrival will call us back, and no completion for a long time, perhaps.
                lookAgain();
            }
        }

        private void lookAgain() {
            if (!lookAgainScheduled) {
                lookAgainScheduled = true;
                loop().schedule(
                                () -> {
                                    lookAgainScheduled = false;
                                    requested();
                                },
                                loop().freeSlots() == 0 ? LOOK_AGAIN_NANOS : 0);
            }
        }

        void completed(SubmittedOperation operation, int result, int flags) {
            inFlight.remove(operation);
            loop().scratch().giveBack(operation.scratch());
            loop().unreserveSlots(1);
            if (isCancelled() || !takeDemand()) {
                operation.dispose(loop(), result);
            } else {
                next(new Completion(operation.opcode(), operation.op(), result, flags));
            }
            if (!isCancelled()) {
                requested();
            }
        }

        /** The source is not heard any more: what was asked of it needs no slots. */
        private void sourceIsOver() {
            if (!over) {
                over = true;
                loop().unreserveSlots(notArrived);
                loop().removeCloseHook(closeHook);
            }
        }

        /** Nothing more is submitted; what the kernel has is cancelled by the loop's teardown. */
        private void loopCloses() {
            cancelUpstream();
            onError(RingException.closed("the ring"));
        }

        private void cancelUpstream() {
            Subscription from = upstream;
            if (from != null) {
                from.cancel();
            }
        }

        private void endIfOver() {
            boolean done = sourceDone; // before the queue: what came before the end is in it by then
            if (done && arrived.isEmpty()) {
                sourceIsOver();
                if (inFlight.isEmpty()) {
                    Throwable e = sourceFailure;
                    if (e == null) {
                        complete();
                    } else {
                        fail(e);
                    }
                }
            }
        }

        /** What the kernel has is called off; its completions are still awaited, and disposed of. */
        @Override
        protected void cancelled() {
            cancelUpstream();
            for (Op op = arrived.poll(); op != null; op = arrived.poll()) {
                Operators.onDiscard(op, currentContext());
            }
            sourceIsOver();
            if (!calledOff) {
                calledOff = true;
                for (SubmittedOperation operation : List.copyOf(inFlight)) {
                    loop().cancel(operation);
                }
            }
        }

        // ---- the source's side

        @Override
        public void onSubscribe(Subscription s) {
            if (Operators.validate(upstream, s)) {
                upstream = s;
                wake();
            }
        }

        @Override
        public void onNext(Op op) {
            if (!arrived.offer(op)) {
                Operators.onDiscard(op, currentContext());
                cancelUpstream();
                onError(new IllegalStateException("the source sent more than was requested"));
                return;
            }
            wake();
        }

        @Override
        public void onError(Throwable e) {
            if (sourceDone) {
                Operators.onErrorDropped(e, currentContext());
                return;
            }
            sourceFailure = e;
            sourceDone = true;
            wake();
        }

        @Override
        public void onComplete() {
            sourceDone = true;
            wake();
        }

        @Override
        public Context currentContext() {
            return actual().currentContext();
        }

        @Override
        @SuppressWarnings("rawtypes") // so declared by Reactor
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.PARENT) {
                return upstream;
            }
            if (key == Attr.BUFFERED) {
                return arrived.size();
            }
            if (key == Attr.ERROR) {
                return sourceFailure;
            }
            return super.scanUnsafe(key);
        }
    }
}
