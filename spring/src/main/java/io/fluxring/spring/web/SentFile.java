package io.fluxring.spring.web;

import io.fluxring.spring.buffers.DataBufferReads;
import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A file as the body of a client's request, or as a part of one. It is opened when the body is asked for: the framework keeps that of a
 * part until those before it are sent, which is long after it was written to the message, and may never be.
 *
 * @param path the file
 * @param sizeBytes its length, {@link LookedAtFile#UNKNOWN} where that is not known before its end
 * @param reads in what pieces
 * @param message to which it is written
 * @param type the file's
 */
record SentFile(Path path, long sizeBytes, DataBufferReads reads, ReactiveHttpOutputMessage message, MediaType type) {

    Mono<Void> write() {
        HttpHeaders headers = message.getHeaders();
        headers.setContentType(type);
        if (sizeBytes == LookedAtFile.UNKNOWN) {
            headers.remove(HttpHeaders.CONTENT_LENGTH);
            return message.writeWith(read(Long.MAX_VALUE));
        }
        headers.setContentLength(sizeBytes);
        return message.writeWith(
                sizeBytes == 0 ? Flux.empty() : FileBytes.exactly(sizeBytes, path.toString(), read(sizeBytes)));
    }

    private Flux<DataBuffer> read(long lengthBytes) {
        return reads.read(path, 0, lengthBytes, message.bufferFactory(), FileBytes.receiver(message));
    }
}
