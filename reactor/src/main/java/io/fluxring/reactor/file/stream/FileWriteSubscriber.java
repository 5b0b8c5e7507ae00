package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.FileWriteHandler;
import io.fluxring.core.file.FileWriter;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.PieceSource;
import io.fluxring.reactor.operator.PieceSubscriber;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Feeds a file's writer from a publisher. At most {@link #WINDOW} elements are asked for and not in a write. Elements may come from any
 * thread; everything else happens on the loop's.
 */
final class FileWriteSubscriber<T> extends PieceSubscriber<T> implements FileWriteHandler {
    /** Enough small ones to fill a write while others are on their way, few enough to bound what a slow device holds up. */
    static final int WINDOW = 32;

    /**
     * A write that is so large gains nothing by being larger. From a megabyte on the kernel takes many times the processor time for a
     * byte (measured on Linux 6.18 with ext4).
     */
    private static final long LARGE_BYTES = 256 * 1024;

    private enum Phase {
        /** The file is being opened. */
        OPENING,
        /** Subscribed to the source. */
        WRITING,
        /** All is given to the writer, or nothing more is: its end is awaited, and then the file's release. */
        ENDING,
        /** Its subscriber gets the result when it asks for it. */
        WAITING,
        /** Its subscriber gets no further signal. */
        DONE
    }

    private final FileSource target;
    private final WritePlan plan;
    private final Publisher<? extends T> source;
    private final FilePieces.Factory<T> factory;
    private final CoreSubscriber<? super Long> actual;
    private final FileUse use;

    private volatile boolean requested;

    private Phase phase = Phase.OPENING;
    private @Nullable FilePieces<T> elements; // from when the file is open
    private @Nullable FileWriter writer;
    private @Nullable OpenFile file;
    private long writtenBytes;

    /**
     * A subscriber that has not begun.
     *
     * @param factory makes pieces of the elements
     */
    FileWriteSubscriber(
            FileSource target,
            WritePlan plan,
            Publisher<? extends T> source,
            FilePieces.Factory<T> factory,
            CoreSubscriber<? super Long> actual) {
        super(target.loop(), WINDOW);
        this.target = target;
        this.plan = plan;
        this.source = source;
        this.factory = factory;
        this.actual = actual;
        this.use = new FileUse(target);
    }

    /** Hands the subscription to its subscriber, and opens the file. Any thread. */
    void begin() {
        actual.onSubscribe(this);
        RingLoop loop = loop();
        try {
            loop.execute(this::open);
        } catch (RejectedExecutionException e) {
            phase = Phase.DONE;
            actual.onError(RingException.rejected(loop, e));
        }
    }

    private void open() {
        if (isCancelled()) {
            phase = Phase.DONE;
        } else {
            use.begin(this::opened, this::notOpened);
        }
    }

    private void notOpened(RingException e) {
        phase = Phase.DONE;
        if (!isCancelled()) {
            actual.onError(e);
        }
    }

    private void opened(OpenFile open) {
        file = open;
        if (!open.isOpen()) {
            notOpened(RingException.closed("WRITE", open.file()));
            return;
        }
        elements = factory.make(open, target.name(), plan);
        writer = new FileWriter(open, plan, this);
        phase = Phase.WRITING;
        try {
            subscribeTo(source);
        } catch (Throwable e) { // against the rules, or fatal; the file must not stay open for it
            failSource(e);
            feed();
        }
    }

    // ---- from the source to the writer

    @Override
    public void ready() {
        refill();
    }

    /** Moves what has arrived into the ring, and ends when there is nothing more. Re-entrant: the source may answer from within. */
    @Override
    protected void feed() {
        FileWriter to = writer;
        if (isFeeding() || phase != Phase.WRITING || to == null) {
            return;
        }
        move();
        if (to.isIdle() && !hasRest() && !pieces().isPending()) {
            elements()
                    .close()
                    .run(); // the source may rest for long, and memory is for those who have something to write
        }
        endIfOver(to);
    }

    @Override
    protected void moveArrived() {
        FileWriter to = writer;
        while (to != null && to.isReady() && writeArrived(to)) {
            replenish();
        }
    }

    /** Returns whether there was something to write. */
    private boolean writeArrived(FileWriter to) {
        FileBatch batch = to.takeBatch(pieces());
        boolean filled = false;
        try {
            fill(batch, LARGE_BYTES, this);
            filled = !batch.isEmpty();
        } finally {
            if (!filled) {
                to.giveBack(batch);
            }
        }
        if (filled) {
            to.write(batch);
        }
        return filled;
    }

    private void endIfOver(FileWriter to) {
        if (phase != Phase.WRITING || (hasRest() && !isCancelled())) { // a pipe may never take the rest
            return;
        }
        if (isCancelled() || (isExhausted() && failure() != null)) {
            phase = Phase.ENDING;
            to.stop();
        } else if (isExhausted()) {
            phase = Phase.ENDING;
            to.finish();
        } else {
            replenish(); // elements that were empty cost a place in the window, too
        }
    }

    // ---- the end

    @Override
    public void ended(int result, long bytes) {
        phase = Phase.ENDING;
        cancelSource();
        discardRest();
        elements().close().run();
        writtenBytes = bytes;
        Throwable sourceFailure = failure();
        if (isCancelled()) {
            use.abandon(() -> phase = Phase.DONE);
        } else if (sourceFailure != null) {
            use.abandon(() -> signal(sourceFailure));
        } else if (result < 0) {
            RingException e = target.writeFailure(failure(result), bytes);
            use.abandon(() -> signal(e));
        } else {
            use.end(this::released);
        }
    }

    private RingException failure(int result) {
        OpenFile written = file;
        if (written != null && !written.isOpen()) {
            return RingException.closed("WRITE", written.file());
        }
        return target.failure("WRITE", written == null ? null : written.file(), result);
    }

    /** A close may bring the error of a write that a network file system has put off. */
    private void released(@Nullable RingException failure) {
        if (failure != null) {
            signal(target.writeFailure(failure, writtenBytes));
        } else {
            phase = Phase.WAITING;
            emit();
        }
    }

    private void emit() {
        if (phase == Phase.WAITING && (isCancelled() || requested)) {
            phase = Phase.DONE;
            if (!isCancelled()) {
                actual.onNext(writtenBytes);
                actual.onComplete();
            }
        }
    }

    private void signal(Throwable e) {
        phase = Phase.DONE;
        if (!isCancelled()) {
            actual.onError(e);
        } else if (!(e instanceof CancelledException)) {
            Operators.onErrorDropped(e, currentContext());
        }
    }

    // ---- the source's side

    @Override
    protected boolean isWanted() {
        return phase == Phase.WRITING && !isCancelled();
    }

    @Override
    protected void subscribed() {
        requestMore(WINDOW);
        wake(); // a cancel, or the file's close, may have missed the subscription by a moment
    }

    @Override
    protected void drain() {
        switch (phase) {
            case OPENING -> {
                if (isCancelled()) {
                    use.abandonOpening();
                    phase = Phase.DONE;
                }
            }
            case WRITING -> feed();
            case WAITING -> emit();
            case ENDING -> {
                cancelSource();
                stopIfCancelled();
            }
            case DONE -> cancelSource();
        }
    }

    /** Also when all was given to the writer: what is on its way into a pipe may stay there for ever. */
    private void stopIfCancelled() {
        FileWriter to = writer;
        if (isCancelled() && to != null) {
            use.callOffReplacement();
            to.stop();
        }
    }

    // ---- the subscriber's side

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested = true;
            wake();
        }
    }

    private FilePieces<T> elements() {
        return Objects.requireNonNull(elements, "the file is not open");
    }

    @Override
    protected PieceSource<T> pieces() {
        return elements().pieces();
    }

    @Override
    protected CoreSubscriber<?> actual() {
        return actual;
    }

    @Override
    protected boolean isTerminated() {
        return phase == Phase.DONE;
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}
