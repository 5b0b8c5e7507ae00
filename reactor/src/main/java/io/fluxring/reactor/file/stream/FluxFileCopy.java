package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.whole.CopyPlan;
import io.fluxring.core.file.whole.FileCopy;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.CopyProgress;
import io.fluxring.reactor.file.name.PathBytes;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.LoopSubscription;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Copies a file with each subscription, and emits how far it is. */
final class FluxFileCopy extends Flux<CopyProgress> implements Scannable {
    private final RingLoop loop;
    private final Path from;
    private final Path to;
    private final CopyPlan plan;

    private FluxFileCopy(RingLoop loop, Path from, Path to, CopyPlan plan) {
        this.loop = loop;
        this.from = from;
        this.to = to;
        this.plan = plan;
    }

    static Flux<CopyProgress> of(RingLoop loop, Path from, Path to, CopyPlan plan) {
        return CallSite.name(onAssembly(new FluxFileCopy(loop, from, to, plan)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super CopyProgress> actual) {
        new Copying(actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private RingException failure(FileCopy.Step step, int result) {
        return switch (step) {
            case OPEN_SOURCE -> failure("OPENAT", from, result);
            case OPEN_TARGET -> failure("OPENAT", to, result);
            case COMPARE ->
                RingException.of("OPENAT", null, to + " is the same file as " + from, result, "copy to another name");
            case READ -> failure("READ", from, result);
            case WRITE -> failure("WRITE", to, result);
            case TRUNCATE -> failure("FTRUNCATE", to, result);
            case ATTRIBUTES -> failure("FCHMOD", to, result);
            case SYNC -> failure("FSYNC", to, result);
            case SYNC_DIRECTORY -> failure("FSYNC directory of", to, result);
            case CLOSE -> failure("CLOSE", to, result);
        };
    }

    private static RingException failure(String operation, Path path, int result) {
        return RingException.of(
                operation, null, path.toString(), result, Errno.ofResult(result).remedy());
    }

    /** A subscriber as the handler of a copy: what it has no demand for is replaced by what comes after. */
    private final class Copying extends LoopSubscription<CopyProgress> implements FileCopy.Handler {
        private @Nullable FileCopy copy;
        private @Nullable CopyProgress latest;
        private boolean hasEnded;

        Copying(CoreSubscriber<? super CopyProgress> actual) {
            super(loop, actual);
        }

        @Override
        protected void attach() {
            copy = FileCopy.begin(loop, PathBytes.of(from), PathBytes.of(to), plan, this);
        }

        @Override
        public void progress(long bytes, long totalBytes) {
            if (totalBytes == 0
                    || bytes < totalBytes) { // the last element comes when all is durable as asked, and closed
                latest = new CopyProgress(totalBytes, bytes);
                drain();
            }
        }

        @Override
        public void ended(int result, FileCopy.Step step, long bytes) {
            copy = null;
            if (result < 0) {
                fail(loop.isClosing() ? RingException.ringClosed() : failure(step, result));
            } else {
                latest = new CopyProgress(bytes, bytes);
                hasEnded = true;
                drain();
            }
        }

        @Override
        protected void drain() {
            CopyProgress progress = latest;
            if (progress != null && demand() > 0) {
                latest = null;
                next(progress);
                if (hasEnded) {
                    complete();
                }
            }
        }

        @Override
        protected void detach() {
            latest = null;
            FileCopy running = copy;
            if (running != null) {
                running.cancel();
            }
        }
    }
}
