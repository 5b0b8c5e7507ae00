package io.fluxring.reactor.net;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.StreamSocket;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/**
 * Bytes as they arrive, in buffers of the ring. Each lease is lent for the time of {@code onNext}: afterwards its buffer goes back by
 * itself, whether the element was dropped, mapped or thrown on. To keep the bytes for longer, copy them
 * ({@link #asByteArray}, {@link #asString}), or keep the lease with {@link BufferLease#retain} and release it later. A lease that
 * is passed to {@link Connection#send} within {@code onNext} is kept by that.
 *
 * <p>An operator that queues elements, such as {@code publishOn}, {@code concatMap} or {@code buffer}, needs {@link #retain} before
 * it and {@code doOnDiscard(BufferLease.class, BufferLease::release)} behind it.
 */
public final class LeaseFlux extends FluxOperator<BufferLease, BufferLease> {
    private LeaseFlux(Flux<BufferLease> source) {
        super(source);
    }

    static LeaseFlux of(StreamSocket socket) {
        return new LeaseFlux(onAssembly(new FluxReceive(socket)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super BufferLease> actual) {
        source.subscribe(actual);
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : super.scanUnsafe(key);
    }

    /** The leases, each retained: every one of them has to be released, downstream or by {@link Connection#send}. */
    public Flux<BufferLease> retain() {
        return map(BufferLease::retain);
    }

    /** A copy of each piece. */
    public Flux<byte[]> asByteArray() {
        return map(BufferLease::toByteArray);
    }

    /** Each piece as text. */
    public Flux<String> asString(Charset charset) {
        return map(lease -> lease.text(charset));
    }
}
