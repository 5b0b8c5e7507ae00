package io.fluxring.spring.file;

import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.buffers.DataBufferReads;
import io.fluxring.spring.buffers.DataBufferReads.Receiver;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Files as data buffers. */
public final class RingDataBuffers {
    private final ApplicationLoops loops;
    private final RingProperties.Files files;
    private final DataBufferReads reads;
    private final DataBufferWrites writes;

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
        this.reads = new DataBufferReads(loops, files);
        this.writes = new DataBufferWrites(loops, files.writeBehind());
    }

    /**
     * {@return all of a file} See {@link #read(Path, long, long, DataBufferFactory)}.
     *
     * @param file its name
     * @param factory makes the buffers, such as {@code response.bufferFactory()}
     */
    public Flux<DataBuffer> read(Path file, DataBufferFactory factory) {
        return read(file, 0, Long.MAX_VALUE, factory);
    }

    /**
     * {@return a part of a file, in pieces of {@code fluxring.files.chunk-size}} The file is opened for each subscription, read {@code
     * fluxring.files.read-ahead} pieces ahead, and closed before the completion. The end is where a read finds nothing, so that files
     * whose size is a lie are read as well.
     *
     * <p><b>Ownership:</b> the subscriber releases each buffer. Those of a {@link
     * org.springframework.core.io.buffer.NettyDataBufferFactory} are memory of the ring, which is not copied; others are on the heap.
     *
     * <p><b>Backpressure:</b> by demand.
     *
     * <p><b>Cancel:</b> closes the file.
     *
     * <p><b>Errors:</b> an {@link java.io.IOException}, such as {@link java.nio.file.NoSuchFileException}; the cause is a {@link
     * io.fluxring.reactor.error.RingException} where there is a ring.
     *
     * <p><b>Discard Support:</b> buffers that operators discard are released.
     *
     * @param file its name
     * @param position where the part begins, in bytes, 0 or more
     * @param lengthBytes how long it is at most, {@link Long#MAX_VALUE} for all up to the end
     * @param factory makes the buffers, such as {@code response.bufferFactory()}
     * @throws IllegalArgumentException when a number is negative
     */
    public Flux<DataBuffer> read(Path file, long position, long lengthBytes, DataBufferFactory factory) {
        return reads.read(file, position, lengthBytes, factory, Receiver.GATHERS);
    }

    /**
     * {@return the count of bytes that were written to a file, when all of them are} See {@link #write(Publisher, Path, WriteOptions,
     * OpenOption...)}.
     *
     * @param source what to write
     * @param file its name
     * @param options how to open it; none to make it, or to empty it where it is there
     */
    public Mono<Long> write(Publisher<? extends DataBuffer> source, Path file, OpenOption... options) {
        return writes.write(source, file, writes.defaults(), options);
    }

    /**
     * {@return the count of bytes that were written to a file, when all of them are and are durable as asked} The file is opened for each
     * subscription before the source is subscribed to, and closed before the result. One that was made for it, by {@link
     * java.nio.file.StandardOpenOption#CREATE_NEW}, is removed when not all of it is written; any other has what was written by then.
     *
     * <p><b>Ownership:</b> each buffer that arrives is released, once, when its bytes are written or copied, or will not be.
     *
     * <p><b>Backpressure:</b> 32 buffers are asked for and not in a write; of writes {@code fluxring.files.write-behind}, or {@link
     * WriteOptions#writeBehind}, are on their way.
     *
     * <p><b>Cancel:</b> what is on its way is written.
     *
     * <p><b>Errors:</b> that of the source, as when a client goes away in the middle of a body; an error of the file, upon which the source
     * is cancelled: an {@link java.io.IOException}, whose cause is a {@link io.fluxring.reactor.error.RingException} where there is a
     * ring.
     *
     * <p><b>Discard Support:</b> data buffers that operators of the source discard are released.
     *
     * @param source what to write
     * @param file its name
     * @param how where in it, and how
     * @param options how to open it; none to make it, or to empty it where it is there: with a position it is not emptied
     */
    public Mono<Long> write(
            Publisher<? extends DataBuffer> source, Path file, WriteOptions how, OpenOption... options) {
        return writes.write(source, file, how, options);
    }

    /**
     * {@return the count of bytes that are the new contents of a file} At any time the name has the old contents as a whole or the new
     * ones: they are written to a temporary file in the same directory, which is synced and then renamed. The new file has the permissions of
     * the old one. Where there is no file, one is made, and directories that are not there. A symbolic link is replaced by a file.
     *
     * <p><b>Ownership</b>, <b>Backpressure</b> and <b>Discard Support:</b> as {@link #write(Publisher, Path, WriteOptions, OpenOption...)}.
     *
     * <p><b>Cancel</b> and <b>Errors:</b> the old contents stay, and the temporary file is removed. A process that is killed may leave it:
     * {@code .fluxring-} and 16 digits.
     *
     * @param source the new contents
     * @param file its name
     */
    public Mono<Long> replace(Publisher<? extends DataBuffer> source, Path file) {
        return writes.replace(source, file);
    }

    @Override
    public String toString() {
        return "RingDataBuffers[" + loops + ", " + files + "]";
    }
}
