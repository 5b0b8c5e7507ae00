package io.fluxring.spring.multipart;

import io.fluxring.reactor.file.RingFiles;
import io.fluxring.spring.file.RingDataBuffers;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Bytes in memory. */
final class MemoryContent implements UploadContent {
    private final ApplicationLoops loops;
    private final RingDataBuffers buffers;
    private final byte[] bytes;

    MemoryContent(ApplicationLoops loops, RingDataBuffers buffers, byte... bytes) {
        this.loops = loops;
        this.buffers = buffers;
        this.bytes = bytes;
    }

    @Override
    public Flux<DataBuffer> read() {
        return Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(bytes)));
    }

    @Override
    public Mono<Void> transferTo(Path target) {
        Placement placement = new Placement(
                buffers,
                read(),
                name -> buffers.write(read(), name, StandardOpenOption.CREATE_NEW)
                        .then());
        return loops.loop()
                .map(RingFiles::new)
                .map(files -> placement.to(target, files))
                .defaultIfEmpty(buffers.write(read(), target).then())
                .flatMap(transfer -> transfer);
    }

    @Override
    public Mono<Void> delete() {
        return Mono.empty();
    }
}
