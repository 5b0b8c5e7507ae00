package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.LineTooLongException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.text.TextEmission;
import io.fluxring.reactor.text.TextSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** The bytes of a file as texts. */
final class FluxFileText extends Flux<String> implements Scannable {
    private final FileSource source;
    private final ReadPlan plan;
    private final Supplier<TextSource> texts;

    private FluxFileText(FileSource source, ReadPlan plan, Supplier<TextSource> texts) {
        this.source = source;
        this.plan = plan;
        this.texts = texts;
    }

    static Flux<String> of(FileSource source, ReadPlan plan, Supplier<TextSource> texts) {
        return CallSite.name(onAssembly(new FluxFileText(source, plan, texts)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super String> actual) {
        new TextSubscription(source, plan, actual, texts.get()).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class TextSubscription extends FileReadSubscription<String> implements TextEmission.Outlet {
        private final TextEmission texts;

        TextSubscription(FileSource source, ReadPlan plan, CoreSubscriber<? super String> actual, TextSource texts) {
            super(source, plan, actual);
            this.texts = new TextEmission(texts, this);
        }

        /** How many more pieces are wanted: none before the last one is used up. */
        @Override
        public long demand() {
            return texts.isPending() ? 0 : super.demand();
        }

        @Override
        public void received(BufferLease lease) {
            texts.received(lease);
        }

        @Override
        protected void drain() {
            texts.emit();
            super.drain();
        }

        @Override
        public void ended(int result) {
            texts.ended(result);
        }

        @Override
        protected void detach() {
            super.detach();
            texts.discard();
        }

        @Override
        public long unmetDemand() {
            return super.demand();
        }

        @Override
        public void emit(String text) {
            next(text);
        }

        @Override
        public void refuse(LineTooLongException e) {
            fail(e);
            detach();
        }

        @Override
        public void finish(int result) {
            super.ended(result);
        }

        @Override
        public boolean isDone() {
            return isOver();
        }
    }
}
