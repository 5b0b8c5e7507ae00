package io.fluxring.reactor.operator;

import io.fluxring.core.loop.RingLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * The subscription of a Mono whose result comes from the loop. A result that is not in demand waits; one whose subscriber has gone is
 * disposed of.
 *
 * @param <T> the result
 */
public abstract class ResultSubscription<T> extends LoopSubscription<T> {
    private @Nullable T waiting;

    protected ResultSubscription(RingLoop loop, CoreSubscriber<? super T> actual) {
        super(loop, actual);
    }

    /** Asks that the result come soon, or not at all: the subscriber has gone. On the loop's thread, perhaps more than once. */
    protected abstract void callOff();

    /** Disposes of a result that no subscriber gets. On the loop's thread. */
    protected void dispose(T result) {
        Operators.onDiscard(result, actual().currentContext());
    }

    /**
     * The result has come. On the loop's thread, once.
     *
     * @param result null for none
     */
    protected final void succeeded(@Nullable T result) {
        if (result == null) {
            complete();
        } else if (isOver()) {
            dispose(result);
        } else if (demand() > 0) {
            emit(result);
        } else {
            waiting = result;
        }
    }

    /** There is no result. On the loop's thread, once; not told to a subscriber that has gone. */
    protected final void failed(Throwable e) {
        if (!isOver()) {
            fail(e);
        }
    }

    @Override
    protected void drain() {
        T result = waiting;
        if (result != null && demand() > 0) {
            waiting = null;
            emit(result);
        }
    }

    private void emit(T result) {
        next(result);
        complete();
    }

    @Override
    protected void detach() {
        T result = waiting;
        waiting = null;
        if (result == null) {
            callOff();
        } else {
            dispose(result);
        }
    }
}
