package io.fluxring.spring.multipart;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Operators;

/**
 * The buffers of one part, for its one writer. Given under the assembly's turns; the writer's demand and its cancel may come from any
 * thread, and take a turn.
 */
final class BufferRelay implements Publisher<DataBuffer>, Subscription {
    private final Runnable changed;
    private volatile @Nullable Subscriber<? super DataBuffer> writer;
    private volatile long requested;
    private volatile boolean cancelled;
    private long given;
    private boolean completed;

    /**
     * A relay without a writer.
     *
     * @param changed takes a turn
     */
    BufferRelay(Runnable changed) {
        this.changed = changed;
    }

    @Override
    public void subscribe(Subscriber<? super DataBuffer> subscriber) {
        writer = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            synchronized (this) {
                requested = Operators.addCap(requested, n);
            }
            changed.run();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    /** Whether the writer can be given a buffer. */
    boolean isWanted() {
        return given < requested && !cancelled;
    }

    /** Gives a buffer that is wanted, and its ownership. */
    void give(DataBuffer buffer) {
        given++;
        Subscriber<? super DataBuffer> to = writer;
        if (to != null) {
            to.onNext(buffer);
        }
    }

    /** No buffer follows. May be called again, and has to be when the writer asks for more. */
    void complete() {
        Subscriber<? super DataBuffer> to = writer;
        if (to != null && !completed && !cancelled) {
            completed = true;
            to.onComplete();
        }
    }
}
