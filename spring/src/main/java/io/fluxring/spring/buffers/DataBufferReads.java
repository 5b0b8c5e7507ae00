package io.fluxring.spring.buffers;

import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.PooledDataBuffer;
import reactor.core.publisher.Flux;

/** Files to data buffers: by the ring of the request where there is one, as without the starter otherwise. */
public final class DataBufferReads {
    private final ApplicationLoops loops;
    private final ReadOptions defaults;

    /**
     * Reads of an application.
     *
     * @param loops which read
     * @param files in what pieces
     */
    public DataBufferReads(ApplicationLoops loops, RingProperties.Files files) {
        this.loops = loops;
        this.defaults = ReadOptions.defaults()
                .withChunkBytes(Math.toIntExact(files.chunkSize().toBytes()))
                .withReadAhead(files.readAhead());
    }

    /** {@return a part of a file} All of what is in demand may be out at the same time. */
    public Flux<DataBuffer> read(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, position, lengthBytes, factory, FluxPieces.UNBOUNDED);
    }

    /** {@return a part of a file for a receiver that releases as it sends, {@link ReadOptions#readAhead} pieces at a time} */
    public Flux<DataBuffer> send(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, position, lengthBytes, factory, defaults.readAhead());
    }

    private Flux<DataBuffer> read(Path file, long position, long lengthBytes, DataBufferFactory factory, int mostOut) {
        ReadOptions options = defaults.withFrom(position).withLengthBytes(lengthBytes);
        Flux<DataBuffer> plain = plain(file, position, lengthBytes, factory);
        if (file.getFileSystem() != FileSystems.getDefault()) {
            return plain;
        }
        return loops.loop()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMapMany(loop -> loop.map(each ->
                                pieces(new FluxPieces(new RingFiles(each).read(file, options), factory, mostOut)))
                        .orElse(plain))
                .onErrorMap(FileErrors::asOfJava);
    }

    /** {@return a part of an open file} All of what is in demand may be out at the same time. */
    public Flux<DataBuffer> read(RingFile file, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, position, lengthBytes, factory, FluxPieces.UNBOUNDED);
    }

    /** {@return a part of an open file for a receiver that releases as it sends: as many pieces are out as are read ahead} */
    public Flux<DataBuffer> send(RingFile file, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, position, lengthBytes, factory, defaults.readAhead());
    }

    private Flux<DataBuffer> read(
            RingFile file, long position, long lengthBytes, DataBufferFactory factory, int mostOut) {
        ReadOptions options = defaults.withFrom(position).withLengthBytes(lengthBytes);
        return pieces(new FluxPieces(file.read(options), factory, mostOut)).onErrorMap(FileErrors::asOfJava);
    }

    /** {@return how long a piece is at most, in bytes} */
    public int pieceBytes() {
        return defaults.chunkBytes();
    }

    private static Flux<DataBuffer> pieces(Flux<DataBuffer> pieces) {
        return pieces.doOnDiscard(PooledDataBuffer.class, DataBufferUtils::release);
    }

    private Flux<DataBuffer> plain(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        Flux<DataBuffer> all =
                DataBufferUtils.read(new FileSystemResource(file), position, factory, defaults.chunkBytes());
        return lengthBytes == Long.MAX_VALUE ? all : Flux.from(DataBufferUtils.takeUntilByteCount(all, lengthBytes));
    }
}
