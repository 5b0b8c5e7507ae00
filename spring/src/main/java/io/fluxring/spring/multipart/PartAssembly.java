package io.fluxring.spring.multipart;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.Part;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Makes parts of what a request brings of them, one behind the other. Signals of the request, of a part's file and of the subscriber may come
 * from any thread: each takes a turn, or leaves it to the one that is taken.
 */
final class PartAssembly implements CoreSubscriber<DataBuffer>, Subscription, Scannable {
    /** Buffers that are asked for and not taken: the writer of a file asks for enough itself to have writes in flight. */
    private static final int WINDOW = 8;

    private static final AtomicLongFieldUpdater<PartAssembly> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(PartAssembly.class, "requested");

    private final CoreSubscriber<? super Part> actual;
    private final PartBodies bodies;
    private final MultipartScanner scanner;
    private final AtomicInteger turns = new AtomicInteger();
    private final Queue<DataBuffer> arrived = Queues.<DataBuffer>get(WINDOW).get();

    private volatile long requested;
    private volatile boolean cancelled;
    private volatile boolean done;
    private @Nullable Throwable failure; // written before done
    private @Nullable Subscription upstream;

    // Of the turn:
    private int taken; // since the request was last asked for more
    private @Nullable PartBody body; // that is being received, or whose file is being finished
    private @Nullable Part ready;
    private boolean ended; // the subscriber gets no further signal
    private long emitted;
    private int parts;

    PartAssembly(CoreSubscriber<? super Part> actual, PartBodies bodies, MultipartScanner scanner) {
        this.actual = actual;
        this.bodies = bodies;
        this.scanner = scanner;
    }

    // ---- the request

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.validate(upstream, s)) {
            upstream = s;
            actual.onSubscribe(this);
            s.request(WINDOW);
        }
    }

    @Override
    public void onNext(DataBuffer buffer) {
        if (!arrived.offer(buffer)) {
            DataBufferUtils.release(buffer);
            onError(new IllegalStateException("the source sent more than was requested"));
            return;
        }
        takeTurn();
    }

    @Override
    public void onError(Throwable e) {
        if (done) {
            Operators.onErrorDropped(e, currentContext());
            return;
        }
        failure = e;
        done = true;
        takeTurn();
    }

    @Override
    public void onComplete() {
        done = true;
        takeTurn();
    }

    // ---- the subscriber

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            takeTurn();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        takeTurn();
    }

    // ---- turns

    private void takeTurn() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            try {
                work();
            } catch (Throwable e) {
                fail(Operators.onOperatorError(upstream, e, currentContext()));
            }
            missed = turns.addAndGet(-missed);
        } while (missed != 0);
    }

    private void work() {
        while (step()) {
            // as far as it goes
        }
    }

    /** Returns whether there may be more to do. */
    private boolean step() {
        if (ended || cancelled) {
            drop();
            return false;
        }
        PartBody current = body;
        Throwable reason = current == null ? null : current.failure();
        if (reason != null) {
            fail(reason);
            return false;
        }
        if (done && failure != null) { // what has arrived before it is of a part that is torn, or will be
            fail(failure);
            return false;
        }
        if (ready != null) {
            return emit(ready);
        }
        if (current != null && current.isComplete()) {
            return finish(current);
        }
        if (current != null && !current.isReady()) {
            return false;
        }
        return take();
    }

    private boolean emit(Part part) {
        if (emitted == requested) {
            return false;
        }
        emitted++;
        ready = null;
        actual.onNext(part);
        return true;
    }

    /** All of a part has arrived. */
    private boolean finish(PartBody current) {
        Part part = current.part();
        if (part == null) {
            return false; // its file takes a turn when it has ended
        }
        body = null;
        ready = part;
        return true;
    }

    private boolean take() {
        return switch (scanner.next()) {
            case NOTHING -> feed();
            case HEADERS -> begin(scanner.headers());
            case BODY -> {
                current().add(scanner.body());
                yield true;
            }
            case BODY_END -> {
                current().complete();
                yield true;
            }
            case END -> {
                drop(); // what follows the parts
                actual.onComplete();
                yield false;
            }
        };
    }

    private boolean feed() {
        DataBuffer buffer = arrived.poll();
        if (buffer != null) {
            taken++;
            replenish(WINDOW / 2);
            scanner.feed(buffer);
            return true;
        }
        if (done && arrived.isEmpty()) {
            fail(scanner.unexpectedEnd());
        } else {
            replenish(1);
        }
        return false;
    }

    private boolean begin(HttpHeaders headers) {
        parts++;
        if (bodies.areTooMany(parts)) {
            throw new DecodingException("Too many parts (" + parts + "/" + bodies.maxParts() + " allowed)");
        }
        body = bodies.begin(headers, this::takeTurn, currentContext());
        return true;
    }

    private PartBody current() {
        return Objects.requireNonNull(body);
    }

    private void replenish(int least) {
        Subscription from = upstream;
        if (taken >= least && from != null && !done) {
            int count = taken;
            taken = 0;
            from.request(count);
        }
    }

    // ---- ends that are no good ones

    private void fail(Throwable e) {
        if (ended) {
            Operators.onErrorDropped(e, currentContext());
            return;
        }
        drop();
        actual.onError(e);
    }

    /** Nothing more is wanted, and nothing is kept. May be called again. */
    private void drop() {
        ended = true;
        Subscription from = upstream;
        if (from != null) {
            from.cancel();
        }
        scanner.release();
        for (DataBuffer buffer = arrived.poll(); buffer != null; buffer = arrived.poll()) {
            DataBufferUtils.release(buffer);
        }
        PartBody torn = body;
        body = null;
        if (torn != null) {
            torn.abandon();
        }
        Part unwanted = ready;
        ready = null;
        if (unwanted != null) {
            unwanted.delete().subscribe();
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return ended;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
