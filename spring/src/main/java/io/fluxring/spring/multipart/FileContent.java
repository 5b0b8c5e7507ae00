package io.fluxring.spring.multipart;

import io.fluxring.spring.file.RingDataBuffers;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bytes in a temporary file. What an application forgets to delete goes when its part is no longer reachable: the file would hold its
 * descriptor and its space as long as the process runs.
 */
final class FileContent implements UploadContent {
    private static final Cleaner FORGOTTEN = Cleaner.create();

    private final SpooledFile file;
    private final RingDataBuffers buffers;

    FileContent(SpooledFile file, RingDataBuffers buffers) {
        this.file = file;
        this.buffers = buffers;
        FORGOTTEN.register(this, () -> file.delete().subscribe());
    }

    @Override
    public Flux<DataBuffer> read() {
        return Flux.defer(
                () -> file.use(path -> buffers.read(path, 0, Long.MAX_VALUE, DefaultDataBufferFactory.sharedInstance)));
    }

    @Override
    public Mono<Void> transferTo(Path target) {
        return Mono.defer(() -> new Placement(buffers, read(), file::place).to(target, file.files()));
    }

    @Override
    public Mono<Void> delete() {
        return file.delete();
    }
}
