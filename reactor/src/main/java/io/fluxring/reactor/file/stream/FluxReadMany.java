package io.fluxring.reactor.file.stream;

import io.fluxring.reactor.file.FilePiece;
import io.fluxring.reactor.file.FileRange;
import io.fluxring.reactor.operator.CallSite;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Reads the ranges that a publisher gives, several at a time. */
final class FluxReadMany extends Flux<FilePiece> implements Scannable {
    private final FileSource.Open file;
    private final Publisher<FileRange> ranges;
    private final int depth;

    private FluxReadMany(FileSource.Open file, Publisher<FileRange> ranges, int depth) {
        this.file = file;
        this.ranges = ranges;
        this.depth = depth;
    }

    static Flux<FilePiece> of(FileSource.Open file, Publisher<FileRange> ranges, int depth) {
        return CallSite.name(onAssembly(new FluxReadMany(file, ranges, depth)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super FilePiece> actual) {
        new ReadManySubscription(file, ranges, depth, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return ranges;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
