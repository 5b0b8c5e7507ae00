package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.FileReadHandler;
import io.fluxring.core.file.FileReader;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.LeasePieces;
import io.fluxring.reactor.operator.LoopSubscription;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * A subscriber as the handler of a file's reader.
 *
 * @param <T> what it makes of the pieces
 */
abstract class FileReadSubscription<T> extends LoopSubscription<T> implements FileReadHandler {
    private final FileSource source;
    private final ReadPlan plan;
    private final FileUse use;
    private @Nullable FileReader reader;
    private @Nullable OpenFile file;

    FileReadSubscription(FileSource source, ReadPlan plan, CoreSubscriber<? super T> actual) {
        super(source.loop(), actual);
        this.source = source;
        this.plan = plan;
        this.use = new FileUse(source);
    }

    @Override
    protected void attach() {
        use.begin(this::opened, this::fail);
    }

    private void opened(OpenFile open) {
        file = open;
        FileReader begun = new FileReader(open, plan, this);
        reader = begun;
        begun.deliver();
    }

    @Override
    protected void drain() {
        FileReader begun = reader;
        if (begun != null) {
            begun.deliver();
        }
    }

    @Override
    protected void detach() {
        use.callOff();
        FileReader begun = reader;
        if (begun != null) {
            reader = null;
            begun.cancel();
        }
        use.end(released -> {});
    }

    /** The end waits until a file that was opened for this stream is released. */
    @Override
    public void ended(int result) {
        reader = null;
        if (result == 0) {
            use.end(released -> complete());
        } else {
            RingException e = failure(result); // as long as the file is open, or is not by its owner's close
            use.end(released -> fail(e));
        }
    }

    private RingException failure(int result) {
        OpenFile read = file;
        if (read != null && !read.isOpen()) {
            return RingException.closed("READ", read.file());
        }
        return source.failure("READ", read == null ? null : read.file(), result);
    }

    @Override
    public void discarded(BufferLease lease) {
        LeasePieces.discardLease(lease, actual().currentContext());
    }
}
