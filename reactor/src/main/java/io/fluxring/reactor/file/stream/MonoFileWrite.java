package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.WritePlan;
import io.fluxring.reactor.operator.CallSite;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Writes what a publisher gives to a file, and emits the count of bytes when it is durable as asked. */
final class MonoFileWrite<T> extends Mono<Long> implements Scannable {
    private final FileSource target;
    private final WritePlan plan;
    private final Publisher<? extends T> source;
    private final FilePieces.Factory<T> pieces;

    private MonoFileWrite(
            FileSource target, WritePlan plan, Publisher<? extends T> source, FilePieces.Factory<T> pieces) {
        this.target = target;
        this.plan = plan;
        this.source = source;
        this.pieces = pieces;
    }

    static <T> Mono<Long> of(
            FileSource target, WritePlan plan, Publisher<? extends T> source, FilePieces.Factory<T> pieces) {
        return CallSite.name(onAssembly(new MonoFileWrite<>(target, plan, source, pieces)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Long> actual) {
        new FileWriteSubscriber<>(target, plan, source, pieces, actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
