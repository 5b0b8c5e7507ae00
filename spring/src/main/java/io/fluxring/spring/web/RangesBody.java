package io.fluxring.spring.web;

import io.fluxring.spring.web.ByteRanges.Part;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Flux;

/** Several parts of a file in one body, {@code multipart/byteranges} (RFC 9110, section 14.6). */
final class RangesBody {
    private final String boundary = MimeTypeUtils.generateMultipartBoundaryString();
    private final List<Part> parts;
    private final MediaType type;
    private final long sizeBytes;

    /**
     * The body of an answer.
     *
     * @param parts of the file, two or more
     * @param type the file's
     * @param sizeBytes the file's
     */
    RangesBody(List<Part> parts, MediaType type, long sizeBytes) {
        this.parts = parts;
        this.type = type;
        this.sizeBytes = sizeBytes;
    }

    MediaType contentType() {
        return MediaType.parseMediaType("multipart/byteranges;boundary=" + boundary);
    }

    long lengthBytes() {
        long length = tail().length;
        for (Part part : parts) {
            length += head(part).length + part.lengthBytes();
        }
        return length;
    }

    /** {@return all of the body} Each part's bytes are read when those before it are sent. */
    Flux<DataBuffer> bytes(DataBufferFactory factory, Function<Part, Flux<DataBuffer>> read) {
        return Flux.fromIterable(parts)
                .concatMap(part -> Flux.concat(piece(factory, head(part)), read.apply(part)), 1)
                .concatWith(piece(factory, tail()));
    }

    /** Made when it is asked for: what is never asked for need not be released. */
    private static Flux<DataBuffer> piece(DataBufferFactory factory, byte[] bytes) {
        return Flux.defer(() -> Flux.just(factory.wrap(bytes)));
    }

    private byte[] head(Part part) {
        return ascii("\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Range: "
                + part.contentRange(sizeBytes) + "\r\n\r\n");
    }

    private byte[] tail() {
        return ascii("\r\n--" + boundary + "--\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
