package io.fluxring.reactor.operator;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * One operation of a ring, submitted with each subscription. A cancel calls it off; it is awaited all the same, and its result is
 * disposed of.
 *
 * @param <T> what becomes of the operation's result
 */
public final class MonoOperation<T> extends Mono<T> implements Scannable {
    /**
     * What an operation does, and what becomes of its result. Made anew for each subscription; keeps what the entry points to
     * reachable until the completion. On the loop's thread.
     *
     * @param <T> what becomes of the result
     */
    public interface Call<T> {
        /** What it does. */
        Opcode opcode();

        /** The operation is about to be submitted, on a file for example that counts what runs on it. */
        default void begin(Operation operation) {}

        /** Fills the entry with one {@code prep} method. */
        void prepare(Sqe sqe);

        /**
         * The value of a result. The subscriber may have gone: then the value is given to {@link #dispose}.
         *
         * @param result 0 or more
         * @return null for an empty Mono
         */
        @Nullable
        T value(int result);

        /**
         * The exception for a result.
         *
         * @param result a negated errno
         */
        Throwable failure(int result);

        /** Disposes of a value that no subscriber gets. */
        default void dispose(T value) {}

        /** The operation is over, whatever its result. */
        default void ended(Operation operation) {}
    }

    private final RingLoop loop;
    private final Supplier<? extends Call<T>> calls;

    private MonoOperation(RingLoop loop, Supplier<? extends Call<T>> calls) {
        this.loop = loop;
        this.calls = calls;
    }

    /** One operation for each subscription. */
    public static <T> Mono<T> of(RingLoop loop, Supplier<? extends Call<T>> calls) {
        return CallSite.name(onAssembly(new MonoOperation<>(loop, calls)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new Running<>(loop, actual, calls.get()).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class Running<T> extends ResultSubscription<T> {
        private final Call<T> call;
        private final Submitted submitted;

        Running(RingLoop loop, CoreSubscriber<? super T> actual, Call<T> call) {
            super(loop, actual);
            this.call = call;
            this.submitted = new Submitted(call.opcode());
        }

        @Override
        protected void attach() {
            try {
                call.begin(submitted);
            } catch (IllegalStateException e) { // what it works on is closed
                failed(call.failure(Errno.ECANCELED.result()));
                return;
            }
            submitted.submit();
        }

        @Override
        protected void callOff() {
            loop().cancel(submitted);
        }

        @Override
        protected void dispose(T value) {
            call.dispose(value);
        }

        private final class Submitted extends Operation {
            Submitted(Opcode opcode) {
                super(opcode);
            }

            void submit() {
                try {
                    loop().submit(this);
                } catch (RuntimeException | Error e) {
                    failed(e);
                    call.ended(this);
                }
            }

            @Override
            protected void prepare(Sqe sqe) {
                call.prepare(sqe);
            }

            @Override
            protected void completed(int result, int flags) {
                if (result == Errno.EINTR.result() && !isCancelled()) {
                    submit();
                    return;
                }
                try {
                    if (result < 0) {
                        failed(call.failure(result));
                    } else {
                        succeeded(call.value(result));
                    }
                } finally {
                    call.ended(this);
                }
            }

            @Override
            protected boolean unprepared(Throwable failure) {
                failed(failure);
                call.ended(this);
                return true;
            }

            @Override
            protected String describe() {
                return call.toString();
            }
        }
    }
}
