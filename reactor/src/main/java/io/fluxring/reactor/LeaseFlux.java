package io.fluxring.reactor;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.LineTooLongException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.text.LineSplitter;
import io.fluxring.reactor.text.TextDecoder;
import io.fluxring.reactor.text.TextFlux;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/**
 * Bytes of a connection or a file, as they arrive, in buffers of the ring. Each lease is lent for the time of {@code onNext}: afterwards its buffer goes back by
 * itself, whether the element was dropped, mapped or thrown on. To keep the bytes for longer, copy them
 * ({@link #asByteArray}, {@link #asString}, {@link #lines}), or keep the lease with {@link BufferLease#retain} and release it later. A lease that
 * is passed to {@code Connection.send} within {@code onNext} is kept by that.
 *
 * <p>An operator that queues elements, such as {@code publishOn}, {@code concatMap} or {@code buffer}, needs {@link #retain} before
 * it and {@code doOnDiscard(BufferLease.class, BufferLease::release)} behind it.
 */
public final class LeaseFlux extends FluxOperator<BufferLease, BufferLease> {
    private final TextFlux texts;

    private LeaseFlux(Flux<BufferLease> source, TextFlux texts) {
        super(source);
        this.texts = texts;
    }

    /**
     * {@return the leases of a source}
     *
     * @param source lends each for the time of {@code onNext}
     * @param texts the same bytes as texts
     */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public static LeaseFlux of(Flux<BufferLease> source, TextFlux texts) {
        return new LeaseFlux(CallSite.name(onAssembly(source)), texts);
    }

    @Override
    public void subscribe(CoreSubscriber<? super BufferLease> actual) {
        source.subscribe(actual);
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : super.scanUnsafe(key);
    }

    /**
     * {@return the leases, each retained: every one of them has to be released, downstream or by {@code
     * Connection.send}}
     */
    public Flux<BufferLease> retain() {
        return map(BufferLease::retain);
    }

    /** {@return a copy of each piece} */
    public Flux<byte[]> asByteArray() {
        return map(BufferLease::toByteArray);
    }

    /** {@return a copy of each piece, on the heap} */
    public Flux<ByteBuffer> asByteBuffer() {
        return map(lease -> ByteBuffer.wrap(lease.toByteArray()));
    }

    /**
     * {@return the bytes as text, a string for each piece} A character that is cut where a piece ends comes with the
     * next piece, and bytes that are no character of the charset are replaced, as {@code new String} does.
     *
     * <p><b>Cancel:</b> what was taken of a cut character is lost to the next subscriber of a connection.
     *
     * @param charset how the bytes are read
     */
    public Flux<String> asString(Charset charset) {
        Objects.requireNonNull(charset);
        return texts.of(() -> new TextDecoder(charset));
    }

    /**
     * {@return the lines of a text, without their terminators LF or CRLF} What stands behind the last terminator is the
     * last line, if the stream ends well; it is lost when the stream ends with an error.
     *
     * <p>A line that is longer than the limit ends the stream with {@link LineTooLongException} as soon as that many bytes have
     * come. A connection stays open, so that there can be an answer.
     *
     * <p><b>Backpressure:</b> a piece with more lines than are requested keeps its buffer, and no other is received meanwhile.
     *
     * <p><b>Cancel:</b> the beginning of a line, and the rest of a piece, are lost to the next subscriber of a connection.
     *
     * @param charset one that writes a line feed as one byte, such as UTF-8 or ISO-8859-1, not UTF-16
     * @param maxLengthBytes how long a line may be without its terminator, at least 1
     * @throws IllegalArgumentException when the charset or the limit is another
     */
    public Flux<String> lines(Charset charset, int maxLengthBytes) {
        LineSplitter.requireUsable(charset, maxLengthBytes);
        return texts.of(() -> new LineSplitter(charset, maxLengthBytes));
    }

    /**
     * {@return the records of a stream, each ended by a byte, without it} What stands behind the last one is the last record, if the stream
     * ends well. Otherwise as {@link #lines}.
     *
     * @param delimiter what ends a record, such as 0
     * @param maxLengthBytes how long a record may be without its end, at least 1; a longer one is a {@link LineTooLongException}
     * @throws IllegalArgumentException when the limit is below 1
     */
    public Flux<byte[]> records(byte delimiter, int maxLengthBytes) {
        LineSplitter.requireUsable(LineSplitter.RECORD_CHARSET, maxLengthBytes);
        return texts.of(() -> LineSplitter.ofRecords(delimiter, maxLengthBytes))
                .map(record -> record.getBytes(LineSplitter.RECORD_CHARSET));
    }
}
