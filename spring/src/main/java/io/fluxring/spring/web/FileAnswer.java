package io.fluxring.spring.web;

import io.fluxring.spring.buffers.DataBufferReads;
import io.fluxring.spring.web.ByteRanges.Part;
import java.time.Instant;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answer to a request for a file. What it is going to be, whole, parts or none, is decided before a header is set, so that no header
 * tells of another answer. Conditions and ranges count for an answer of status 200 to {@code GET} or {@code HEAD} only.
 *
 * @param file open as long as the answer is written
 * @param reads in what pieces
 * @param request that is answered
 * @param response of status 200, or what the application has set
 * @param type the file's
 */
record FileAnswer(
        LookedAtFile file,
        DataBufferReads reads,
        ServerHttpRequest request,
        ServerHttpResponse response,
        MediaType type) {

    Mono<Void> write() {
        boolean isHead = request.getMethod().equals(HttpMethod.HEAD);
        if (!isOk() || !(isHead || request.getMethod().equals(HttpMethod.GET))) {
            return whole(isHead);
        }
        Instant now = Instant.now();
        Validators validators = Validators.of(response.getHeaders(), file.modified(), now);
        return switch (validators.outcome(request.getHeaders())) {
            case NOT_MODIFIED -> notModified(validators);
            case PRECONDITION_FAILED -> preconditionFailed();
            case PROCEED -> proceed(validators, isHead, now);
        };
    }

    private Mono<Void> proceed(Validators validators, boolean isHead, Instant now) {
        ByteRanges ranges = !isHead && file.hasSize() && validators.fitsIfRange(request.getHeaders(), now)
                ? ByteRanges.of(request.getHeaders(), file.sizeBytes())
                : ByteRanges.WHOLE;
        validators.tell(response.getHeaders());
        return switch (ranges.kind()) {
            case WHOLE -> whole(isHead);
            case PARTS -> ranges.parts().size() == 1 ? part(ranges.parts().getFirst()) : parts(ranges.parts());
            case UNSATISFIABLE -> Unsatisfiable.write(response, file.sizeBytes());
        };
    }

    private boolean isOk() {
        HttpStatusCode status = response.getStatusCode();
        return status == null || status.value() == HttpStatus.OK.value();
    }

    private Mono<Void> notModified(Validators validators) {
        response.setStatusCode(HttpStatus.NOT_MODIFIED);
        validators.tell(response.getHeaders());
        response.getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
        return response.setComplete();
    }

    private Mono<Void> preconditionFailed() {
        response.setStatusCode(HttpStatus.PRECONDITION_FAILED);
        response.getHeaders().setContentLength(0);
        return response.setComplete();
    }

    private Mono<Void> whole(boolean isHead) {
        FileMessage message = new FileMessage(file, reads, response, type);
        return isHead ? message.writeHead().then(Mono.defer(response::setComplete)) : message.write();
    }

    private Mono<Void> part(Part part) {
        response.getHeaders().set(HttpHeaders.CONTENT_RANGE, part.contentRange(file.sizeBytes()));
        return partial(type, part.lengthBytes(), FileBytes.of(file, part, reads, response));
    }

    private Mono<Void> parts(List<Part> parts) {
        RangesBody body = new RangesBody(parts, type, file.sizeBytes());
        return partial(
                body.contentType(),
                body.lengthBytes(),
                body.bytes(response.bufferFactory(), part -> FileBytes.of(file, part, reads, response)));
    }

    private Mono<Void> partial(MediaType contentType, long lengthBytes, Flux<DataBuffer> bytes) {
        Compression.off(response);
        response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(contentType);
        headers.setContentLength(lengthBytes);
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        return response.writeWith(bytes);
    }
}
