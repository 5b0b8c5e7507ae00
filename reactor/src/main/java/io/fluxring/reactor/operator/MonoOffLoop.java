package io.fluxring.reactor.operator;

import io.fluxring.core.file.OffLoop;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * Work that may block and that the ring has no operation for, done on another thread with each subscription. The result comes on the
 * loop's thread. A cancel can't stop the work; its result is disposed of.
 *
 * @param <T> what it gives
 */
public final class MonoOffLoop<T> extends Mono<T> implements Scannable {
    private final RingLoop loop;
    private final OffLoop.Work<T> work;
    private final Consumer<? super T> disposal;

    private MonoOffLoop(RingLoop loop, OffLoop.Work<T> work, Consumer<? super T> disposal) {
        this.loop = loop;
        this.work = work;
        this.disposal = disposal;
    }

    /** Work whose result needs no disposal. */
    public static <T> Mono<T> of(RingLoop loop, OffLoop.Work<T> work) {
        return of(loop, work, result -> {});
    }

    /**
     * Work for each subscription.
     *
     * @param disposal is given a result that no subscriber gets, on any thread
     */
    public static <T> Mono<T> of(RingLoop loop, OffLoop.Work<T> work, Consumer<? super T> disposal) {
        return CallSite.name(onAssembly(new MonoOffLoop<>(loop, work, disposal)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new Working<>(loop, actual, work, disposal).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class Working<T> extends ResultSubscription<T> {
        private final OffLoop.Work<T> work;
        private final Consumer<? super T> disposal;

        Working(RingLoop loop, CoreSubscriber<? super T> actual, OffLoop.Work<T> work, Consumer<? super T> disposal) {
            super(loop, actual);
            this.work = work;
            this.disposal = disposal;
        }

        @Override
        protected void attach() {
            OffLoop.call(loop(), work, this::done, this::tooLate);
        }

        /** The loop has ended, and its thread with it: this one is the only one that can tell the subscriber. */
        private void tooLate(@Nullable T late) {
            if (late != null) {
                disposal.accept(late);
            }
            failed(RingException.ringClosed());
        }

        private void done(@Nullable T result, @Nullable Throwable failure) {
            if (failure != null) {
                failed(failure);
            } else {
                succeeded(result);
            }
        }

        @Override
        protected void callOff() {
            // a thread can't be taken out of a call
        }

        @Override
        protected void dispose(T result) {
            disposal.accept(result);
        }
    }
}
