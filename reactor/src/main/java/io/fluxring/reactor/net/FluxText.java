package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.error.LineTooLongException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.text.TextEmission;
import io.fluxring.reactor.text.TextSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/**
 * What arrives on a connection, as texts. The subscription itself is the receiver's handler: a piece that gives more texts than
 * are requested keeps its buffer, and the next piece is not asked for meanwhile.
 */
final class FluxText extends Flux<String> implements Scannable {
    private final StreamSocket socket;
    private final Supplier<TextSource> texts;

    private FluxText(StreamSocket socket, Supplier<TextSource> texts) {
        this.socket = socket;
        this.texts = texts;
    }

    /**
     * The texts of a connection.
     *
     * @param texts makes the source of each subscription, which has a state
     */
    static Flux<String> of(StreamSocket socket, Supplier<TextSource> texts) {
        return CallSite.name(onAssembly(new FluxText(socket, texts)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super String> actual) {
        new TextSubscription(socket, actual, texts.get()).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class TextSubscription extends ReceiveSubscription<String> implements TextEmission.Outlet {
        private final TextEmission texts;

        TextSubscription(StreamSocket socket, CoreSubscriber<? super String> actual, TextSource texts) {
            super(socket, actual);
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
