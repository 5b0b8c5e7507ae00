package io.fluxring.reactor.file;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.error.RingException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A file that is open on a ring. Any thread may call, and any number of streams and operations may run at a time; signals are given on
 * the ring's thread. It is closed by {@link #close}, and with the ring.
 *
 * <p>A pipe, a terminal or another file without positions is read and written in the order of its bytes, one operation at a time; so is a
 * file that was open already (see {@link RingFiles#ofDescriptor}), from its current position on, unless a position is given.
 */
public final class RingFile {
    private final FileSource.Open source;

    RingFile(FileSource.Open source) {
        this.source = source;
    }

    private OpenFile file() {
        return source.file();
    }

    private RingLoop loop() {
        return source.loop();
    }

    // ---- streams

    /** {@return all of the file, see {@link #read(ReadOptions)}} */
    public LeaseFlux read() {
        return read(ReadOptions.defaults());
    }

    /**
     * {@return a part of the file, see {@link #read(ReadOptions)}}
     *
     * @param from where to begin, in bytes
     * @param lengthBytes how many at most
     */
    public LeaseFlux read(long from, long lengthBytes) {
        return read(ReadOptions.defaults().withFrom(from).withLengthBytes(lengthBytes));
    }

    /**
     * {@return the bytes of the file, in order} Each lease is lent for the time of {@code onNext}, see {@link LeaseFlux}. The stream
     * completes at the end of the file, which is where a read finds nothing, whatever size the file is said to have, and after as many
     * bytes as were asked for.
     *
     * <p><b>Backpressure:</b> reads run ahead of the demand, up to {@link ReadOptions#readAhead}, and no further. From a file without
     * positions nothing is read that is not in demand.
     *
     * <p><b>Cancel:</b> what is on its way is awaited, and discarded.
     *
     * <p><b>Errors:</b> a {@link RingException} behind all that was read before it; a
     * {@link io.fluxring.reactor.error.CancelledException} when the file or the ring is closed.
     *
     * <p><b>Discard Support:</b> pieces that were read ahead are discarded on cancel and on errors.
     *
     * @param options what to read, and how
     */
    public LeaseFlux read(ReadOptions options) {
        return FluxFileRead.of(source, options);
    }

    /**
     * {@return the count of bytes that were written} See {@link #write(Publisher, WriteOptions)}.
     *
     * @param buffers what to write
     * @param at where to begin, in bytes
     */
    public Mono<Long> write(Publisher<ByteBuffer> buffers, long at) {
        return write(buffers, WriteOptions.defaults().withPosition(at));
    }

    /**
     * {@return the count of bytes that were written, when all of them are and are durable as asked} Buffers are written one behind the
     * other, and left as they are, positions included; one must not be changed before the end. Short writes are finished.
     *
     * <p><b>Backpressure:</b> 32 buffers are asked for and not in a write; of writes {@link WriteOptions#writeBehind} are on their way.
     *
     * <p><b>Cancel:</b> what is on its way is written.
     *
     * <p><b>Errors:</b> that of the publisher; a {@link RingException} when a write or the sync fails, such as {@link
     * io.fluxring.reactor.error.NoSpaceException}, whose {@link RingException#transferredBytes} tells how many bytes are there without a
     * gap from the first one on. Then the publisher is cancelled.
     *
     * <p><b>Discard Support:</b> buffers that have arrived and are not written are discarded on cancel and on errors.
     *
     * @param buffers what to write
     * @param options where and how
     */
    public Mono<Long> write(Publisher<ByteBuffer> buffers, WriteOptions options) {
        return MonoFileWrite.ofBuffers(source, options, buffers);
    }

    /**
     * As {@link #write(Publisher, WriteOptions)}, with leases, such as those of another file or of a connection: they are written from where
     * they are, and released then.
     *
     * @param leases what to write; a lent one is kept, a retained one is taken over
     * @param options where and how
     * @return the count of bytes that were written
     */
    public Mono<Long> writeLeases(Publisher<BufferLease> leases, WriteOptions options) {
        return MonoFileWrite.ofLeases(source, options, leases);
    }

    // ---- the end

    /**
     * Closes the file behind the operations on it: those on a regular file are awaited, those on a pipe or its likes are called off.
     * Streams end with a {@link io.fluxring.reactor.error.CancelledException}. Begins when it is subscribed to, and may be subscribed to
     * any number of times.
     *
     * @return completes when the kernel has let go of the file, so that it can be unmounted, locked or executed; an error when bytes that
     *     were written before could not be kept
     */
    public Mono<Void> close() {
        return Mono.create(this::close);
    }

    private void close(MonoSink<Void> sink) {
        try {
            loop().execute(() -> file().close(result -> {
                if (result < 0) {
                    sink.error(source.failure("CLOSE", file().file(), result));
                } else {
                    sink.success();
                }
            }));
        } catch (RejectedExecutionException e) {
            sink.success(); // the ring is closed, and the file with it
        }
    }

    /** {@return whether operations may begin} A hint: it may be closed a moment later. */
    public boolean isOpen() {
        return file().isOpen();
    }

    @Override
    public String toString() {
        return "RingFile[" + source.name() + ", " + file() + "]";
    }
}
