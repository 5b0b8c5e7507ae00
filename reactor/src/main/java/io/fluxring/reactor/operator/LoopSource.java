package io.fluxring.reactor.operator;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The source of an operator whose downstream side is a {@link LoopSubscription}: what it gives waits here until the operator takes it.
 *
 * @param <T> what the source emits
 */
public final class LoopSource<T> extends SourceQueue<T> {
    private final LoopSubscription<?> downstream;
    private final Runnable changed;

    /**
     * No source yet.
     *
     * @param window the most elements that are asked for and not taken, a power of two
     * @param changed run when an element has arrived or the source has ended, on the loop's thread
     */
    public LoopSource(LoopSubscription<?> downstream, int window, Runnable changed) {
        super(downstream.loop(), window);
        this.downstream = downstream;
        this.changed = changed;
    }

    /** Subscribes to the source, on the loop's thread. */
    public void begin(Publisher<? extends T> publisher) {
        subscribeTo(publisher);
    }

    /** The next element, null when none has arrived. */
    public @Nullable T next() {
        return poll();
    }

    /** Asks the source for more. */
    public void ask(int count) {
        requestMore(count);
    }

    /** Whether the source can give more. */
    public boolean canBeAsked() {
        return isSubscribed() && !isDone();
    }

    /** Whether the source has ended and all that it gave was taken. */
    public boolean isOver() {
        return isExhausted();
    }

    /** Why the source has failed; null when it has not. */
    public @Nullable Throwable reason() {
        return failure();
    }

    /** Ends the source with an error of this side. */
    public void fail(Throwable e) {
        failSource(e);
    }

    /** Nothing more is wanted of the source. */
    public void close() {
        cancelSource();
    }

    @Override
    protected void drain() {
        if (downstream.isCancelled()) {
            cancelSource();
        } else {
            changed.run();
        }
    }

    @Override
    protected void discard(T element) {
        Operators.onDiscard(element, currentContext());
    }

    @Override
    protected boolean isWanted() {
        return !downstream.isCancelled();
    }

    @Override
    public Context currentContext() {
        return downstream.actual().currentContext();
    }
}
