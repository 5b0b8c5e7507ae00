package io.fluxring.spring.buffers;

import io.fluxring.core.loop.RingLoop;
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
    private static final int MOST_DEMANDED_BYTES = 32 * 1024;

    private final ApplicationLoops loops;

    /** For those who get what they ask for, as Reactor Netty does 128 pieces at once, for each client that does not read. */
    private final ReadOptions demanded;

    /** For those who release as they send: one half of the pieces is out, and the other one is read meanwhile. */
    private final ReadOptions sent;

    private final int mostOut;

    /**
     * Reads of an application.
     *
     * @param loops which read
     * @param files in what pieces
     */
    public DataBufferReads(ApplicationLoops loops, RingProperties.Files files) {
        this.loops = loops;
        int pieceBytes = Math.toIntExact(files.chunkSize().toBytes());
        this.demanded = ReadOptions.defaults()
                .withChunkBytes(Math.min(pieceBytes, MOST_DEMANDED_BYTES))
                .withReadAhead(files.readAhead());
        this.mostOut = (files.readAhead() + 1) / 2;
        this.sent = ReadOptions.defaults()
                .withChunkBytes(pieceBytes)
                .withReadAhead(Math.max(1, files.readAhead() - mostOut));
    }

    /** {@return a part of a file} All of what is in demand may be out at the same time. */
    public Flux<DataBuffer> read(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, demanded.withFrom(position).withLengthBytes(lengthBytes), factory, FluxPieces.UNBOUNDED);
    }

    /** {@return a part of a file for a receiver that releases as it sends} */
    public Flux<DataBuffer> send(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, sent.withFrom(position).withLengthBytes(lengthBytes), factory, mostOut);
    }

    private Flux<DataBuffer> read(Path file, ReadOptions options, DataBufferFactory factory, int atMost) {
        Flux<DataBuffer> plain = plain(file, options, factory);
        if (file.getFileSystem() != FileSystems.getDefault()) {
            return plain;
        }
        return loops.loop()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMapMany(loop -> loop.map(each ->
                                pieces(new FluxPieces(new RingFiles(each).read(file, options), each, factory, atMost)))
                        .orElse(plain))
                .onErrorMap(FileErrors::asOfJava);
    }

    /**
     * {@return a part of an open file} All of what is in demand may be out at the same time.
     *
     * @param loop the file's
     */
    public Flux<DataBuffer> read(
            RingFile file, RingLoop loop, long position, long lengthBytes, DataBufferFactory factory) {
        ReadOptions options = demanded.withFrom(position).withLengthBytes(lengthBytes);
        return read(file, loop, options, factory, FluxPieces.UNBOUNDED);
    }

    /**
     * {@return a part of an open file for a receiver that releases as it sends}
     *
     * @param loop the file's
     */
    public Flux<DataBuffer> send(
            RingFile file, RingLoop loop, long position, long lengthBytes, DataBufferFactory factory) {
        return read(file, loop, sent.withFrom(position).withLengthBytes(lengthBytes), factory, mostOut);
    }

    private static Flux<DataBuffer> read(
            RingFile file, RingLoop loop, ReadOptions options, DataBufferFactory factory, int atMost) {
        return pieces(new FluxPieces(file.read(options), loop, factory, atMost)).onErrorMap(FileErrors::asOfJava);
    }

    /** {@return how long a piece is at most, in bytes} */
    public int pieceBytes() {
        return sent.chunkBytes();
    }

    private static Flux<DataBuffer> pieces(Flux<DataBuffer> pieces) {
        return pieces.doOnDiscard(PooledDataBuffer.class, DataBufferUtils::release);
    }

    private static Flux<DataBuffer> plain(Path file, ReadOptions options, DataBufferFactory factory) {
        Flux<DataBuffer> all = DataBufferUtils.read(
                new FileSystemResource(file), options.from().orElse(0), factory, options.chunkBytes());
        return options.lengthBytes() == Long.MAX_VALUE
                ? all
                : Flux.from(DataBufferUtils.takeUntilByteCount(all, options.lengthBytes()));
    }
}
