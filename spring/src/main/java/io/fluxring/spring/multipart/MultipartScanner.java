package io.fluxring.spring.multipart;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;

/**
 * Finds the parts in the buffers of a multipart body, one thing at a time. It has one buffer at most: of a delimiter that begins at its end,
 * the bytes are known. For one thread at a time.
 */
final class MultipartScanner {
    /** What has been found. */
    enum Found {
        /** The next buffer is needed. */
        NOTHING,
        /** A part begins: {@link #headers}. */
        HEADERS,
        /** Bytes of it: {@link #body}. */
        BODY,
        /** The part is complete. */
        BODY_END,
        /** And so are all. */
        END
    }

    private enum Phase {
        PREAMBLE,
        HEADERS,
        BODY,
        END
    }

    private final Delimiter delimiter;
    private final PartHeaders header;
    private Phase phase = Phase.PREAMBLE;

    /** How many bytes of a delimiter were the last ones. The first one needs no line before it. */
    private int matched = 2;

    private @Nullable DataBuffer current;
    private ByteBuffer view = ByteBuffer.allocate(0); // of its readable bytes
    private @Nullable HttpHeaders headers;
    private @Nullable DataBuffer body;

    MultipartScanner(Delimiter delimiter, PartHeaders header) {
        this.delimiter = delimiter;
        this.header = header;
    }

    /** Takes the next buffer over, when {@link Found#NOTHING} was found. */
    void feed(DataBuffer buffer) {
        see(buffer);
    }

    private void see(DataBuffer buffer) {
        current = buffer;
        try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
            view = parts.hasNext() ? parts.next() : ByteBuffer.allocate(0);
            if (!parts.hasNext()) {
                return;
            }
        }
        byte[] all = new byte[buffer.readableByteCount()]; // of several parts, which is rare
        buffer.read(all);
        DataBufferUtils.release(buffer);
        current = DefaultDataBufferFactory.sharedInstance.wrap(all);
        view = ByteBuffer.wrap(all);
    }

    HttpHeaders headers() {
        return Objects.requireNonNull(headers);
    }

    /** The bytes, whose ownership passes. */
    DataBuffer body() {
        DataBuffer found = Objects.requireNonNull(body);
        body = null;
        return found;
    }

    /**
     * Goes on.
     *
     * @throws org.springframework.core.io.buffer.DataBufferLimitException when a header is too long
     */
    Found next() {
        while (current != null) {
            Found found = phase == Phase.HEADERS ? readHeader() : phase == Phase.END ? end() : readBody();
            if (found != Found.NOTHING) {
                return found;
            }
        }
        return Found.NOTHING;
    }

    private Found readHeader() {
        while (view.hasRemaining()) {
            header.add(view.get());
            if (header.isEnd()) {
                phase = Phase.END;
                return end();
            }
            if (header.isComplete()) {
                headers = header.take();
                phase = Phase.BODY;
                return Found.HEADERS;
            }
        }
        release();
        return Found.NOTHING;
    }

    /** What follows the last delimiter is of no interest. */
    private Found end() {
        release();
        return Found.END;
    }

    private Found readBody() {
        if (matched > 0) {
            return goOnMatching();
        }
        int from = view.position();
        int to = view.limit();
        int found = delimiter.find(view, from, to);
        if (found == from) {
            view.position(from + delimiter.length());
            return delimited();
        }
        int end = found < 0 ? delimiter.findBeginning(view, from, to) : found;
        if (end == from) {
            matched = to - from;
            release();
            return Found.NOTHING;
        }
        return emit(end);
    }

    /** A delimiter began at the end of the last buffer. */
    private Found goOnMatching() {
        while (view.hasRemaining() && matched < delimiter.length()) {
            if (view.get(view.position()) != delimiter.at(matched)) {
                byte[] data = delimiter.first(matched);
                matched = 0;
                return emit(DefaultDataBufferFactory.sharedInstance.wrap(data));
            }
            view.get();
            matched++;
        }
        if (matched == delimiter.length()) {
            matched = 0;
            return delimited();
        }
        release();
        return Found.NOTHING;
    }

    private Found delimited() {
        boolean wasBody = phase == Phase.BODY;
        phase = Phase.HEADERS;
        return wasBody ? Found.BODY_END : Found.NOTHING;
    }

    /** Emits what is up to a place of the buffer. */
    private Found emit(int end) {
        DataBuffer from = Objects.requireNonNull(current);
        from.readPosition(from.writePosition() - view.remaining());
        if (end == view.limit()) {
            current = null;
            return emit(from);
        }
        DataBuffer first = from.split(from.readPosition() + end - view.position());
        see(from);
        return emit(first);
    }

    private Found emit(DataBuffer data) {
        if (phase == Phase.BODY && data.readableByteCount() > 0) {
            body = data;
            return Found.BODY;
        }
        DataBufferUtils.release(data);
        return Found.NOTHING;
    }

    /** {@return what is missing when the body ends} */
    DecodingException unexpectedEnd() {
        return new DecodingException(
                switch (phase) {
                    case PREAMBLE -> "Could not find first boundary";
                    case HEADERS -> "Could not find end of headers";
                    case BODY, END -> "Could not find end of body";
                });
    }

    /** Lets go of the buffer. May be called again. */
    void release() {
        DataBuffer last = current;
        current = null;
        DataBufferUtils.release(last);
    }
}
