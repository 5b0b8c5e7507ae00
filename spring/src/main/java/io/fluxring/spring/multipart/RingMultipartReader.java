package io.fluxring.spring.multipart;

import io.fluxring.spring.file.RingDataBuffers;
import io.fluxring.spring.loops.ApplicationLoops;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.multipart.MultipartHttpMessageReader;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Reads multipart requests on the ring of their connection: as a map of parts, and as a stream of them. The framework has a reader for each,
 * and one place for both to be replaced at.
 */
public final class RingMultipartReader extends MultipartHttpMessageReader {
    /**
     * A reader.
     *
     * @param loops of the application; where they are no rings the framework's way is taken
     * @param buffers writes and reads the temporary files
     */
    @SuppressWarnings("exports") // made by the auto-configuration
    public RingMultipartReader(ApplicationLoops loops, RingDataBuffers buffers) {
        super(new RingPartReader(loops, buffers));
    }

    private boolean canReadPart(ResolvableType elementType, @Nullable MediaType mediaType) {
        return getPartReader().canRead(elementType, mediaType);
    }

    @Override
    public boolean canRead(ResolvableType elementType, @Nullable MediaType mediaType) {
        return super.canRead(elementType, mediaType) || canReadPart(elementType, mediaType);
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // a reader's type is that of one of the elements that it can read
    public Flux<MultiValueMap<String, Part>> read(
            ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        return canReadPart(elementType, null)
                ? (Flux) getPartReader().read(elementType, message, hints)
                : super.read(elementType, message, hints);
    }

    /** The framework deletes the parts behind the handler, and does not when the client goes away while it is answered. */
    @Override
    public Mono<MultiValueMap<String, Part>> readMono(
            ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        return super.readMono(elementType, message, hints)
                .doOnNext(parts -> whenTerminated(message, () -> delete(parts)));
    }

    private static void whenTerminated(ReactiveHttpInputMessage message, Runnable task) {
        if (message instanceof ServerHttpRequest request
                && ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest exchange) {
            exchange.withConnection(
                    connection -> connection.onTerminate().onErrorComplete().subscribe(nothing -> {}, e -> {}, task));
        }
    }

    private static void delete(MultiValueMap<String, Part> parts) {
        parts.values()
                .forEach(each ->
                        each.forEach(part -> part.delete().onErrorComplete().subscribe()));
    }
}
