package io.fluxring.spring.web;

import io.fluxring.spring.buffers.DataBufferReads;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpResponse;
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
        return writeHead().then(Mono.defer(() -> message.writeWith(FileBytes.of(file, reads, message))));
    }

    Mono<Void> writeHead() {
        HttpHeaders headers = message.getHeaders();
        headers.setContentType(type);
        if (file.hasSize()) {
            headers.setContentLength(file.sizeBytes());
            if (message instanceof ServerHttpResponse) {
                headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
            }
        } else {
            headers.remove(HttpHeaders.CONTENT_LENGTH); // that of a handler which has believed the file system
        }
        return Mono.empty();
    }
}
