package io.fluxring.spring.buffers;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.netty.memory.PieceByteBuf;
import io.fluxring.reactor.LeaseFlux;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Pieces of a file as data buffers. A Netty buffer is the ring's own memory, which its last release gives back; others are copies.
 *
 * <p>No more than a number of pieces are out at the same time: the next one is read when one was released. That is for a receiver that
 * releases as it sends, and whose demand does not tell what it has sent: Reactor Netty asks for 128 buffers at once, which are 16 MiB of a
 * file for each client that does not read. One that gathers pieces would wait for ever, and has to have all that it asks for.
 */
final class FluxPieces extends Flux<DataBuffer> implements Scannable {
    /** All pieces may be out. */
    static final int UNBOUNDED = Integer.MAX_VALUE;

    private final LeaseFlux source;
    private final RingLoop loop;
    private final DataBufferFactory factory;
    private final int mostOut;

    FluxPieces(LeaseFlux source, RingLoop loop, DataBufferFactory factory, int mostOut) {
        this.source = source;
        this.loop = loop;
        this.factory = factory;
        this.mostOut = mostOut;
    }

    @Override
    public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
        source.subscribe(new Pieces(actual, loop, factory, mostOut));
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class Pieces implements CoreSubscriber<BufferLease>, Subscription, Scannable {
        private final CoreSubscriber<? super DataBuffer> actual;
        private final RingLoop loop;
        private final DataBufferFactory factory;
        private final int mostOut;

        /** How many were requested of this, ever. */
        private final AtomicLong requested = new AtomicLong();

        /** How many were released, ever. */
        private final AtomicLong released = new AtomicLong();

        /** How many were requested of the source, ever; belongs to the thread that drains. */
        private long asked;

        private final AtomicInteger draining = new AtomicInteger();
        private final AtomicBoolean turnIsDue = new AtomicBoolean();
        private @Nullable Subscription source;
        private volatile boolean isOver;

        Pieces(CoreSubscriber<? super DataBuffer> actual, RingLoop loop, DataBufferFactory factory, int mostOut) {
            this.actual = actual;
            this.loop = loop;
            this.factory = factory;
            this.mostOut = mostOut;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            source = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(BufferLease lease) {
            if (factory instanceof NettyDataBufferFactory netty) {
                actual.onNext(netty.wrap(new PieceByteBuf(lease.retain(), this::released)));
            } else {
                DataBuffer copy = factory.wrap(lease.toByteArray());
                actual.onNext(copy);
                released();
            }
        }

        @Override
        public void request(long count) {
            if (Operators.validate(count)) {
                requested.accumulateAndGet(count, Operators::addCap);
                drain();
            }
        }

        /**
         * Not within the release: that is the transport's, in the middle of what it does with its queue, and a piece that is ready
         * would be written to it there. In a turn of its own it also lets other connections have theirs.
         */
        private void released() {
            released.incrementAndGet();
            if (mostOut == UNBOUNDED || isOver || turnIsDue.getAndSet(true)) {
                return;
            }
            try {
                if (loop.inLoop()) {
                    loop.schedule(this::turn, 0); // to have it executed here would be to do it now
                } else {
                    loop.execute(this::turn);
                }
            } catch (RejectedExecutionException ended) {
                turnIsDue.set(false); // the loop's end ends the file as well
            }
        }

        private void turn() {
            turnIsDue.set(false);
            drain();
        }

        /** Requests may come from any thread, also within a request of the source. */
        private void drain() {
            if (draining.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            while (missed != 0) {
                long room = mostOut == UNBOUNDED ? Long.MAX_VALUE : released.get() + mostOut;
                long more = Math.min(requested.get(), room) - asked;
                if (more > 0 && !isOver && source != null) {
                    asked += more;
                    source.request(more);
                }
                missed = draining.addAndGet(-missed);
            }
        }

        @Override
        public void onError(Throwable failure) {
            isOver = true;
            actual.onError(failure);
        }

        @Override
        public void onComplete() {
            isOver = true;
            actual.onComplete();
        }

        @Override
        public void cancel() {
            isOver = true;
            if (source != null) {
                source.cancel();
            }
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        @SuppressWarnings("rawtypes") // so declared by Reactor
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.PARENT) {
                return source;
            }
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
                return requested.get() - asked;
            }
            if (key == Attr.TERMINATED) {
                return isOver;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }
    }
}
