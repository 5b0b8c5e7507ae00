package io.fluxring.spring.multipart;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.codec.multipart.Part;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** The parts of a request, in order. One that the subscriber does not get is deleted. */
final class AssembledParts extends Flux<Part> implements Scannable {
    private final Flux<DataBuffer> request;
    private final PartBodies bodies;
    private final Supplier<MultipartScanner> scanners;

    AssembledParts(Flux<DataBuffer> request, PartBodies bodies, Supplier<MultipartScanner> scanners) {
        this.request = request;
        this.bodies = bodies;
        this.scanners = scanners;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Part> actual) {
        request.subscribe(new PartAssembly(actual, bodies, scanners.get()));
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return request;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
