package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.WritePlan;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.operator.CallSite;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Writes what a publisher gives to a file, and emits the count of bytes when it is durable as asked. */
abstract class MonoFileWrite<T> extends Mono<Long> implements Scannable {
    private final Publisher<? extends T> source;

    MonoFileWrite(Publisher<? extends T> source) {
        this.source = source;
    }

    static Mono<Long> ofBuffers(FileSource target, WritePlan plan, Publisher<ByteBuffer> source) {
        return CallSite.name(onAssembly(new MonoFileWrite<ByteBuffer>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super Long> actual) {
                new FileWriteSubscriber<>(target, plan, source, FilePieces::ofBuffers, actual).begin();
            }
        }));
    }

    static Mono<Long> ofLeases(FileSource target, WritePlan plan, Publisher<BufferLease> source) {
        return CallSite.name(onAssembly(new MonoFileWrite<BufferLease>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super Long> actual) {
                new FileWriteSubscriber<>(target, plan, source, FilePieces::ofLeases, actual).begin();
            }
        }));
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
