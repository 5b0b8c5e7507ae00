package io.fluxring.spring.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Serves the files of a directory in each of the framework's ways, takes what is sent, and knows nothing of the ring. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
class FilesApplication {
    private final Path directory;

    FilesApplication(@Value("${files.directory}") Path directory) {
        this.directory = directory;
    }

    /** {@return what starts it, with the directory's files below {@code /static} as well} */
    static String[] properties(Path directory, String... more) {
        return Stream.concat(
                        Stream.of(
                                "files.directory=" + directory,
                                "spring.web.resources.static-locations=file:" + directory + "/",
                                "spring.webflux.static-path-pattern=/static/**"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @GetMapping("/resource/{name}")
    Mono<Resource> resource(@PathVariable("name") String name) {
        return Mono.just(new FileSystemResource(directory.resolve(name)));
    }

    @GetMapping("/any")
    ResponseEntity<Resource> any(@RequestParam("path") String path) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.maxAge(Duration.ofHours(1)))
                .body(new FileSystemResource(Path.of(path)));
    }

    /** Its answers pass {@link Joined}. */
    @GetMapping("/joined/{name}")
    Mono<Resource> joined(@PathVariable("name") String name) {
        return resource(name);
    }

    /** What it has got, and how long the body was said to be. */
    record Received(int bytes, int hash, String length) {}

    @PutMapping("/body")
    Mono<Received> body(
            @RequestBody(required = false) Flux<DataBuffer> body,
            @RequestHeader(name = "Content-Length", defaultValue = "none") String length) {
        return DataBufferUtils.join(body)
                .map(all -> {
                    byte[] bytes = new byte[all.readableByteCount()];
                    all.read(bytes);
                    DataBufferUtils.release(all);
                    return new Received(bytes.length, Arrays.hashCode(bytes), length);
                })
                .defaultIfEmpty(new Received(0, 1, length));
    }

    @PostMapping("/part")
    Mono<Received> part(@RequestPart("file") FilePart file) {
        return body(file.content(), file.headers().getContentLength() + " " + file.filename());
    }

    @Bean
    RouterFunction<ServerResponse> functional() {
        return RouterFunctions.resources("/functional/**", new FileSystemResource(directory + "/"));
    }

    @Bean
    @Order(0)
    WebFilter joins() {
        return (exchange, chain) -> exchange.getRequest().getPath().value().startsWith("/joined/")
                ? chain.filter(exchange.mutate()
                        .response(new Joined(exchange.getResponse()))
                        .build())
                : chain.filter(exchange);
    }

    /** As filters that sign bodies, or log them, do: nothing is sent before all of it is there. */
    private static final class Joined extends ServerHttpResponseDecorator {
        Joined(ServerHttpResponse actual) {
            super(actual);
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            return super.writeWith(DataBufferUtils.join(body));
        }
    }
}
