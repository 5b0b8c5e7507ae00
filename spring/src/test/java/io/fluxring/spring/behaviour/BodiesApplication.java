package io.fluxring.spring.behaviour;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Bodies in both directions. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class BodiesApplication {
    /** Requests that are under way and never answered, and those of them that were given up. */
    static final class Hanging {
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        final AtomicLong sentBytes = new AtomicLong();

        <T> Mono<T> mono() {
            return Mono.<T>never().doOnSubscribe(it -> begun.incrementAndGet()).doOnCancel(cancelled::incrementAndGet);
        }
    }

    @Bean
    Hanging hanging() {
        return new Hanging();
    }

    @Bean
    RouterFunction<ServerResponse> routes(Hanging hanging) {
        return RouterFunctions.route()
                .POST(
                        "/echo",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                                .body(request.body(BodyExtractors.toDataBuffers()), DataBuffer.class))
                .POST(
                        "/upload",
                        request -> Bytes.count(request.body(BodyExtractors.toDataBuffers()))
                                .flatMap(count -> ServerResponse.ok().bodyValue(String.valueOf(count))))
                .GET(
                        "/download/{bytes}",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                                .body(Bytes.flux(Long.parseLong(request.pathVariable("bytes"))), DataBuffer.class))
                .GET(
                        "/endless",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                                .body(
                                        Bytes.flux(Long.MAX_VALUE)
                                                .doOnNext(buffer ->
                                                        hanging.sentBytes.addAndGet(buffer.readableByteCount()))
                                                .doOnSubscribe(it -> hanging.begun.incrementAndGet())
                                                .doOnCancel(hanging.cancelled::incrementAndGet),
                                        DataBuffer.class))
                .GET("/hang", request -> ServerResponse.ok().body(hanging.mono(), String.class))
                .GET("/text", request -> ServerResponse.ok().bodyValue("all work and no play ".repeat(1_000)))
                .POST("/parts", BodiesApplication::parts)
                .build();
    }

    /** Names, file names and lengths of the parts, in their order. */
    private static Mono<ServerResponse> parts(ServerRequest request) {
        return request.body(BodyExtractors.toParts())
                .concatMap(BodiesApplication::describe)
                .collectList()
                .flatMap(all -> ServerResponse.ok().bodyValue(String.join(", ", all)));
    }

    private static Mono<String> describe(Part part) {
        return switch (part) {
            case FilePart file ->
                Bytes.count(file.content()).map(count -> part.name() + ":" + file.filename() + "=" + count);
            case FormFieldPart field -> Mono.just(part.name() + "=" + field.value());
            default -> Mono.just(part.name() + "?");
        };
    }
}
