package io.fluxring.spring.file;

import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Files as data buffers. */
public final class RingDataBuffers {
    private final ApplicationLoops loops;
    private final RingProperties.Files files;

    /**
     * Files of the loops of an application.
     *
     * @param loops which read and write
     * @param files how
     */
    @SuppressWarnings("exports") // made by the auto-configuration
    public RingDataBuffers(ApplicationLoops loops, RingProperties.Files files) {
        this.loops = loops;
        this.files = files;
    }

    /**
     * {@return a part of a file}
     *
     * @param file its name
     * @param position where it begins, in bytes
     * @param lengthBytes how long it is at most
     * @param factory makes the buffers
     */
    public Flux<DataBuffer> read(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        ReadOptions options = ReadOptions.defaults()
                .withFrom(position)
                .withLengthBytes(lengthBytes)
                .withChunkBytes(Math.toIntExact(files.chunkSize().toBytes()))
                .withReadAhead(files.readAhead());
        return loops.loop()
                .flatMapMany(loop ->
                        new RingFiles(loop).read(file, options).asByteArray().map(factory::wrap));
    }

    /**
     * {@return the count of bytes that were written}
     *
     * @param source what to write
     * @param file its name
     * @param options how to open it
     */
    public Mono<Long> write(Publisher<? extends DataBuffer> source, Path file, OpenOption... options) {
        WriteOptions how = WriteOptions.defaults().withWriteBehind(files.writeBehind());
        return loops.loop()
                .flatMap(loop ->
                        new RingFiles(loop).write(file, Flux.from(source).map(RingDataBuffers::take), how, options));
    }

    private static ByteBuffer take(DataBuffer buffer) {
        try {
            ByteBuffer copy = ByteBuffer.allocate(buffer.readableByteCount());
            buffer.toByteBuffer(copy);
            return copy;
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    @Override
    public String toString() {
        return "RingDataBuffers[" + loops + ", " + files + "]";
    }
}
