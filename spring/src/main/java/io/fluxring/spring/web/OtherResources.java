package io.fluxring.spring.web;

import io.fluxring.spring.web.ByteRanges.Kind;
import java.io.IOException;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Resources that are no files of this machine, such as those in the application's jar. */
final class OtherResources {
    private OtherResources() {}

    /**
     * Answers a request whose ranges can't be satisfied. Spring's own writer answers with the length that the handler has set before, and
     * sends no such bytes: the client waits, or takes the next answer for them (spring-framework#35536).
     *
     * @return {@code true} when it is answered; empty when it is left to do
     */
    static Mono<Boolean> refuseRange(Resource resource, ServerHttpRequest request, ServerHttpResponse response) {
        if (!request.getHeaders().containsHeader(HttpHeaders.RANGE) || resource instanceof InputStreamResource) {
            return Mono.empty();
        }
        return Mono.fromCallable(resource::contentLength) // opens the jar
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorComplete(IOException.class) // the writer will meet it again
                .filter(size ->
                        size >= 0 && ByteRanges.of(request.getHeaders(), size).kind() == Kind.UNSATISFIABLE)
                .flatMap(size -> Unsatisfiable.write(response, size).thenReturn(true));
    }
}
