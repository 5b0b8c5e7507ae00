package io.fluxring.spring.web;

import io.fluxring.spring.buffers.DataBufferReads;
import io.fluxring.spring.buffers.DataBufferReads.Receiver;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A whole file as the body of a message.
 *
 * @param file open as long as the message is written
 * @param reads in what pieces
 * @param message to which it is written
 * @param type the file's
 */
record FileMessage(LookedAtFile file, DataBufferReads reads, ReactiveHttpOutputMessage message, MediaType type) {

    Mono<Void> write() {
        return file.hasSize() && file.sizeBytes() > 0 && file.sizeBytes() <= reads.pieceBytes()
                ? writePiece()
                : writeHead().then(Mono.defer(() -> message.writeWith(FileBytes.of(file, reads, message))));
    }

    /**
     * What one read brings is read before the head is written: the length is that of what was read, where the size is a lie or the file
     * has become shorter, and head and body leave together.
     */
    private Mono<Void> writePiece() {
        Flux<DataBuffer> bytes =
                reads.read(file.file(), file.loop(), 0, file.sizeBytes(), message.bufferFactory(), Receiver.GATHERS);
        return DataBufferUtils.join(bytes).singleOptional().flatMap(joined -> {
            writeHead(joined.map(DataBuffer::readableByteCount).orElse(0));
            return message.writeWith(Mono.justOrEmpty(joined));
        });
    }

    Mono<Void> writeHead() {
        HttpHeaders headers = message.getHeaders();
        if (file.hasSize()) {
            writeHead(file.sizeBytes());
        } else {
            headers.setContentType(type);
            headers.remove(HttpHeaders.CONTENT_LENGTH); // that of a handler which has believed the file system
        }
        return Mono.empty();
    }

    private void writeHead(long lengthBytes) {
        HttpHeaders headers = message.getHeaders();
        headers.setContentType(type);
        headers.setContentLength(lengthBytes);
        if (message instanceof ServerHttpResponse) {
            headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        }
    }
}
