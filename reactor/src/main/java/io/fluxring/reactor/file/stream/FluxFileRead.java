package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.LeaseFlux;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** The bytes of a file, each lease lent for the time of {@code onNext}. */
final class FluxFileRead extends Flux<BufferLease> implements Scannable {
    private final FileSource source;
    private final ReadPlan plan;

    private FluxFileRead(FileSource source, ReadPlan plan) {
        this.source = source;
        this.plan = plan;
    }

    static LeaseFlux of(FileSource source, ReadPlan plan) {
        return LeaseFlux.of(new FluxFileRead(source, plan), texts -> FluxFileText.of(source, plan, texts));
    }

    @Override
    public void subscribe(CoreSubscriber<? super BufferLease> actual) {
        new LeaseSubscription(source, plan, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class LeaseSubscription extends FileReadSubscription<BufferLease> {
        LeaseSubscription(FileSource source, ReadPlan plan, CoreSubscriber<? super BufferLease> actual) {
            super(source, plan, actual);
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
