package io.fluxring.reactor.file;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.LeaseFlux;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** The bytes of a file, each lease lent for the time of {@code onNext}. */
final class FluxFileRead extends Flux<BufferLease> implements Scannable {
    private final FileSource source;
    private final ReadOptions options;

    private FluxFileRead(FileSource source, ReadOptions options) {
        this.source = source;
        this.options = options;
    }

    static LeaseFlux of(FileSource source, ReadOptions options) {
        return LeaseFlux.of(new FluxFileRead(source, options), texts -> FluxFileText.of(source, options, texts));
    }

    @Override
    public void subscribe(CoreSubscriber<? super BufferLease> actual) {
        new LeaseSubscription(source, options, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class LeaseSubscription extends FileReadSubscription<BufferLease> {
        LeaseSubscription(FileSource source, ReadOptions options, CoreSubscriber<? super BufferLease> actual) {
            super(source, options, actual);
        }

        @Override
        public void received(BufferLease lease) {
            lease.lend();
            try {
                next(lease);
            } finally {
                lease.endLoan(); // an element that is dropped, mapped or thrown on gives its memory back
            }
        }
    }
}
