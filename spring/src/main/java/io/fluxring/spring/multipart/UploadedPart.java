package io.fluxring.spring.multipart;

import io.fluxring.spring.buffers.FileErrors;
import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A part that was received as a whole. */
sealed class UploadedPart implements Part {
    private final HttpHeaders headers;
    private final UploadContent content;

    private UploadedPart(HttpHeaders headers, UploadContent content) {
        this.headers = headers;
        this.content = content;
    }

    /** A part, and a file where it says that it is one. */
    static Part of(HttpHeaders headers, UploadContent content) {
        String filename = headers.getContentDisposition().getFilename();
        return filename == null ? new UploadedPart(headers, content) : new File(headers, content, filename);
    }

    final UploadContent uploaded() {
        return content;
    }

    @Override
    public final String name() {
        String name = headers.getContentDisposition().getName();
        if (name == null) {
            throw new IllegalStateException("the part has no name: " + headers.getContentDisposition());
        }
        return name;
    }

    @Override
    public final HttpHeaders headers() {
        return headers;
    }

    @Override
    public final Flux<DataBuffer> content() {
        return content.read();
    }

    @Override
    public final Mono<Void> delete() {
        return content.delete();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "["
                + headers.getContentDisposition().getName() + "]";
    }

    /** A file's part. */
    private static final class File extends UploadedPart implements FilePart {
        private final String filename;

        File(HttpHeaders headers, UploadContent content, String filename) {
            super(headers, content);
            this.filename = filename;
        }

        @Override
        public String filename() {
            return filename;
        }

        @Override
        public Mono<Void> transferTo(Path dest) {
            return uploaded().transferTo(dest).onErrorMap(FileErrors::asOfJava);
        }
    }

    /** A form's field. */
    static final class Field extends UploadedPart implements FormFieldPart {
        private final String value;

        Field(HttpHeaders headers, String value) {
            super(headers, new TextContent(headers, value));
            this.value = value;
        }

        @Override
        public String value() {
            return value;
        }
    }

    /** The bytes of a text. */
    private record TextContent(HttpHeaders headers, String value) implements UploadContent {
        @Override
        public Flux<DataBuffer> read() {
            return Flux.defer(() -> Flux.just(
                    DefaultDataBufferFactory.sharedInstance.wrap(value.getBytes(PartHeaders.charset(headers)))));
        }

        @Override
        public Mono<Void> transferTo(Path target) {
            return Mono.error(new UnsupportedOperationException("a field is no file"));
        }

        @Override
        public Mono<Void> delete() {
            return Mono.empty();
        }
    }
}
