package io.fluxring.spring.buffers;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.PooledDataBuffer;
import reactor.core.publisher.Flux;

/** Files to data buffers: by the ring of the request where there is one, as without the starter otherwise. */
public final class DataBufferReads {
    private static final int MOST_DEMANDED_BYTES = 32 * 1024;

    /** What becomes of the pieces. */
    public enum Receiver {
        /** It releases each one as it sends it: few are out at the same time. */
        SENDS,

        /** It may keep all that it asks for. */
        GATHERS
    }

    private final ApplicationLoops loops;

    /** For those who get what they ask for, as Reactor Netty does 128 pieces at once, for each client that does not read. */
    private final ReadOptions gathered;

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
        this.gathered = ReadOptions.defaults()
                .withChunkBytes(Math.min(pieceBytes, MOST_DEMANDED_BYTES))
                .withReadAhead(files.readAhead());
        this.mostOut = (files.readAhead() + 1) / 2;
        this.sent = ReadOptions.defaults()
                .withChunkBytes(pieceBytes)
                .withReadAhead(Math.max(1, files.readAhead() - mostOut));
    }

    /** {@return a part of a file} */
    public Flux<DataBuffer> read(
            Path file, long position, long lengthBytes, DataBufferFactory factory, Receiver receiver) {
        ReadOptions options = options(receiver, position, lengthBytes);
        Flux<DataBuffer> plain = plain(file, options, factory);
        if (file.getFileSystem() != FileSystems.getDefault()) {
            return plain;
        }
        return loops.loop()
                .singleOptional()
                .flatMapMany(loop -> loop.map(
                                each -> pieces(new RingFiles(each).read(file, options), each, factory, receiver))
                        .orElse(plain))
                .onErrorMap(FileErrors::asOfJava);
    }

    /**
     * {@return a part of an open file}
     *
     * @param loop the file's
     */
    public Flux<DataBuffer> read(
            RingFile file,
            RingLoop loop,
            long position,
            long lengthBytes,
            DataBufferFactory factory,
            Receiver receiver) {
        return pieces(file.read(options(receiver, position, lengthBytes)), loop, factory, receiver)
                .onErrorMap(FileErrors::asOfJava);
    }

    /** {@return how long a piece is at most that is sent, in bytes} */
    public int pieceBytes() {
        return sent.chunkBytes();
    }

    private ReadOptions options(Receiver receiver, long position, long lengthBytes) {
        ReadOptions options = receiver == Receiver.SENDS ? sent : gathered;
        return options.withFrom(position).withLengthBytes(lengthBytes);
    }

    private Flux<DataBuffer> pieces(LeaseFlux source, RingLoop loop, DataBufferFactory factory, Receiver receiver) {
        int atMost = receiver == Receiver.SENDS ? mostOut : FluxPieces.UNBOUNDED;
        return new FluxPieces(source, loop, factory, atMost)
                .doOnDiscard(PooledDataBuffer.class, DataBufferUtils::release);
    }

    private static Flux<DataBuffer> plain(Path file, ReadOptions options, DataBufferFactory factory) {
        Flux<DataBuffer> all = DataBufferUtils.read(
                new FileSystemResource(file), options.from().orElse(0), factory, options.chunkBytes());
        return options.lengthBytes() == Long.MAX_VALUE
                ? all
                : Flux.from(DataBufferUtils.takeUntilByteCount(all, options.lengthBytes()));
    }
}
