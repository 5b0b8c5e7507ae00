package io.fluxring.spring.file;

import io.fluxring.reactor.file.RingFiles;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.spring.buffers.FileErrors;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Mono;

/** Data buffers to files: by the ring of the request where there is one, by threads that block otherwise. */
final class DataBufferWrites {
    private final ApplicationLoops loops;
    private final WriteOptions defaults;

    /**
     * Writes of an application.
     *
     * @param writeBehind how many writes of one stream may be on their way
     */
    DataBufferWrites(ApplicationLoops loops, int writeBehind) {
        this.loops = loops;
        this.defaults = WriteOptions.defaults().withWriteBehind(writeBehind);
    }

    WriteOptions defaults() {
        return defaults;
    }

    Mono<Long> write(Publisher<? extends DataBuffer> source, Path file, WriteOptions how, OpenOption... options) {
        return by(
                file,
                files -> files.write(file, source, DataBufferAccess.INSTANCE, how, options),
                () -> PlainWrites.write(source, file, how, options));
    }

    Mono<Long> replace(Publisher<? extends DataBuffer> source, Path file) {
        return by(
                file,
                files -> files.replace(file, source, DataBufferAccess.INSTANCE, defaults.writeBehind()),
                () -> PlainWrites.replace(source, file));
    }

    private Mono<Long> by(Path file, Function<RingFiles, Mono<Long>> ring, Supplier<Mono<Long>> plain) {
        if (file.getFileSystem() != FileSystems.getDefault()) {
            return plain.get();
        }
        Mono<Long> result = loops.loop()
                .singleOptional()
                .flatMap(loop ->
                        loop.map(each -> ring.apply(new RingFiles(each))).orElseGet(plain));
        return result.onErrorMap(FileErrors::asOfJava)
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release); // by operators of the source
    }
}
