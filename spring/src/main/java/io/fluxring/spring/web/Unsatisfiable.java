package io.fluxring.spring.web;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** The answer when no range of a request is within the file. */
final class Unsatisfiable {
    private Unsatisfiable() {}

    /** Has no body, and promises none, whatever a handler has set before. */
    static Mono<Void> write(ServerHttpResponse response, long sizeBytes) {
        response.setStatusCode(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
        HttpHeaders headers = response.getHeaders();
        headers.remove(HttpHeaders.CONTENT_TYPE);
        headers.setContentLength(0);
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        headers.set(HttpHeaders.CONTENT_RANGE, "bytes */" + sizeBytes);
        return response.setComplete();
    }
}
