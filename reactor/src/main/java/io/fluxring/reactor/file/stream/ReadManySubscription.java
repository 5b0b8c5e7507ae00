package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.RangeReader;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.FilePiece;
import io.fluxring.reactor.file.FileRange;
import io.fluxring.reactor.operator.LoopSource;
import io.fluxring.reactor.operator.LoopSubscription;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;

/**
 * One subscription of {@link FluxReadMany}: each range gives one piece, so that upstream is asked for what is in demand and not spoken
 * for, and for no more than may be read at a time.
 */
final class ReadManySubscription extends LoopSubscription<FilePiece> implements RangeReader.Handler {
    /** The part of the depth from which on more is asked for. */
    private static final int FEW = 8;

    private final FileSource.Open file;
    private final Publisher<FileRange> ranges;
    private final int depth;
    private final LoopSource<FileRange> source;

    private @Nullable RangeReader reader;
    private int notArrived; // asked of upstream, and not taken from its queue
    private int reading; // ranges that the reader has
    private boolean working;
    private boolean workAgain;

    ReadManySubscription(
            FileSource.Open file, Publisher<FileRange> ranges, int depth, CoreSubscriber<? super FilePiece> actual) {
        super(file.loop(), actual);
        this.file = file;
        this.ranges = ranges;
        this.depth = depth;
        this.source = new LoopSource<>(this, Integer.highestOneBit(Math.max(1, depth - 1)) << 1, this::drain);
    }

    @Override
    protected void attach() {
        if (!file.file().isOpen()) {
            fail(RingException.closed("READ", file.file().file()));
            return;
        }
        reader = new RangeReader(file.file(), this);
        try {
            source.begin(ranges);
        } catch (Throwable e) { // against the rules, or fatal
            source.fail(e);
            drain();
        }
    }

    /** Reads what has arrived and asks for more. Re-entrant: upstream may answer, and downstream request, from within. */
    @Override
    protected void drain() {
        RangeReader by = reader;
        if (by == null) {
            return;
        }
        if (working) {
            workAgain = true;
            return;
        }
        working = true;
        try {
            do {
                workAgain = false;
                ask();
                readArrived(by);
            } while (workAgain);
        } finally {
            working = false;
        }
        if (source.isOver() && reading == 0 && !isOver()) {
            end();
        }
    }

    private void ask() {
        int outstanding = notArrived + reading;
        long unmet = demand() == Long.MAX_VALUE ? Long.MAX_VALUE : demand() - outstanding;
        int count = (int) Math.min(unmet, depth - outstanding);
        // Not for each piece that comes: ranges that arrive together may be neighbours, and enter the kernel together.
        if (count > 0 && count >= Math.min(unmet, depth / FEW) && source.canBeAsked()) {
            notArrived += count;
            source.ask(count);
        }
    }

    private void readArrived(RangeReader by) {
        for (FileRange range = source.next(); range != null; range = source.next()) {
            notArrived--;
            reading++;
            by.add(range.position(), range.lengthBytes());
        }
        by.begin();
    }

    private void end() {
        stop();
        Throwable e = source.reason();
        if (e == null) {
            complete();
        } else {
            fail(e);
        }
    }

    @Override
    public void received(long position, BufferLease lease) {
        reading--;
        lease.lend();
        try {
            next(new FilePiece(position, lease));
        } finally {
            lease.endLoan(); // an element that is dropped, mapped or thrown on gives its memory back
            if (!isCancelled()) {
                drain();
            }
        }
    }

    @Override
    public void failed(long position, int result) {
        reading--;
        source.fail(failure(result));
        drain();
    }

    @Override
    public void fileCloses() {
        source.fail(RingException.closed("READ", file.file().file()));
        drain();
    }

    private RingException failure(int result) {
        return file.failureOf("READ", result);
    }

    private void stop() {
        RangeReader by = reader;
        if (by != null) {
            by.stop();
        }
    }

    @Override
    protected void detach() {
        source.close();
        stop();
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
