package io.fluxring.spring.web;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/** What the head of an answer says of a file. */
final class ErrorHeaders {
    private ErrorHeaders() {}

    /** Takes it back, where that can be done: the error that is answered instead must not be cached as the file would be. */
    static void clear(ServerHttpResponse response) {
        if (response.isCommitted()) {
            return;
        }
        HttpHeaders headers = response.getHeaders();
        headers.clearContentHeaders();
        headers.remove(HttpHeaders.ACCEPT_RANGES);
        headers.remove(HttpHeaders.CACHE_CONTROL);
        headers.remove(HttpHeaders.ETAG);
        headers.remove(HttpHeaders.EXPIRES);
        headers.remove(HttpHeaders.LAST_MODIFIED);
    }
}
