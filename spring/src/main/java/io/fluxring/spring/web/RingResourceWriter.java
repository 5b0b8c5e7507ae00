package io.fluxring.spring.web;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.spring.buffers.DataBufferReads;
import io.fluxring.spring.buffers.FileErrors;
import io.fluxring.spring.loops.ApplicationLoops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.codec.ResourceHttpMessageWriter;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/**
 * Writes resources that are files by the ring of the request's loop, which opens, looks at and reads them. Nothing blocks. All others are
 * written as without the starter, except that a range which can't be satisfied promises no bytes.
 */
public final class RingResourceWriter extends ResourceHttpMessageWriter {
    private final ApplicationLoops loops;
    private final DataBufferReads reads;
    private final boolean tellsDates;

    /**
     * A writer.
     *
     * @param loops of the application
     * @param reads in what pieces
     * @param tellsDates whether answers tell when a file was last written, where the handler has not told it
     */
    public RingResourceWriter(ApplicationLoops loops, DataBufferReads reads, boolean tellsDates) {
        this.loops = loops;
        this.reads = reads;
        this.tellsDates = tellsDates;
    }

    /** The body of a client's request, or of a part of it. */
    @Override
    public Mono<Void> write(
            Publisher<? extends Resource> resources,
            ResolvableType elementType,
            @Nullable MediaType mediaType,
            ReactiveHttpOutputMessage message,
            Map<String, Object> hints) {
        return Mono.from(resources)
                .flatMap(resource -> byRing(
                        resource,
                        (loop, path) -> write(loop, path, message, FileTypes.of(mediaType, resource)),
                        () -> super.write(Mono.just(resource), elementType, mediaType, message, hints)));
    }

    private Mono<Void> write(RingLoop loop, Path path, ReactiveHttpOutputMessage message, MediaType type) {
        return message instanceof ServerHttpResponse
                ? whileOpen(loop, path, file -> new FileMessage(file, reads, message, type).write())
                : whileOpen(loop, path, file -> Mono.just(file.sizeBytes()))
                        .flatMap(size -> new SentFile(path, size, reads, message, type).write());
    }

    /** An answer. */
    @Override
    public Mono<Void> write(
            Publisher<? extends Resource> resources,
            @Nullable ResolvableType actualType,
            ResolvableType elementType,
            @Nullable MediaType mediaType,
            ServerHttpRequest request,
            ServerHttpResponse response,
            Map<String, Object> hints) {
        return Mono.from(resources)
                .flatMap(resource -> byRing(
                        resource,
                        (loop, path) -> whileOpen(
                                        loop,
                                        path,
                                        file -> new FileAnswer(
                                                        file,
                                                        reads,
                                                        request,
                                                        response,
                                                        FileTypes.of(mediaType, resource))
                                                .write())
                                .doOnError(e -> ErrorHeaders.clear(response)),
                        () -> OtherResources.refuseRange(resource, request, response)
                                .switchIfEmpty(Mono.defer(() -> super.write(
                                                Mono.just(resource),
                                                actualType,
                                                elementType,
                                                mediaType,
                                                request,
                                                response,
                                                hints)
                                        .thenReturn(true)))
                                .then()));
    }

    /** The head of an answer to {@code HEAD} for a static resource, whose handler has looked at the conditions. */
    @Override
    public Mono<Void> addDefaultHeaders(
            ReactiveHttpOutputMessage message,
            Resource resource,
            @Nullable MediaType contentType,
            Map<String, Object> hints) {
        return byRing(
                resource,
                (loop, path) -> whileOpen(
                        loop,
                        path,
                        file -> new FileMessage(file, reads, message, FileTypes.of(contentType, resource)).writeHead()),
                () -> super.addDefaultHeaders(message, resource, contentType, hints));
    }

    private Mono<Void> byRing(
            Resource resource, BiFunction<RingLoop, Path, Mono<Void>> ring, Supplier<Mono<Void>> otherwise) {
        Path path = pathOf(resource);
        if (path == null) {
            return otherwise.get();
        }
        return loops.loop()
                .singleOptional()
                .flatMap(loop -> loop.isEmpty() ? otherwise.get() : ring.apply(loop.get(), path));
    }

    private <T> Mono<T> whileOpen(RingLoop loop, Path path, Function<LookedAtFile, Mono<T>> use) {
        return Mono.usingWhen(
                        new RingFiles(loop).open(path),
                        file -> lookAt(file, loop, path).flatMap(use),
                        RingFile::close)
                .onErrorMap(FileErrors::asOfJava);
    }

    private static @Nullable Path pathOf(Resource resource) {
        if (!resource.isFile()) {
            return null;
        }
        try {
            Path path = resource.getFilePath();
            return path.getFileSystem() == FileSystems.getDefault() ? path : null;
        } catch (IOException notAFile) {
            return null;
        }
    }

    private Mono<LookedAtFile> lookAt(RingFile file, RingLoop loop, Path path) {
        return file.stat().flatMap(stat -> {
            Instant modified = tellsDates ? stat.modified() : null;
            // A pipe has no end as long as its writer waits, and some devices never have one.
            if (!stat.isRegularFile()) {
                return Mono.error(new NoSuchFileException(path.toString(), null, "it is not a regular file"));
            }
            if (stat.sizeBytes() > 0) {
                return Mono.just(new LookedAtFile(file, loop, stat.sizeBytes(), modified));
            }
            // Empty, or one of those whose size is a lie: what it has is seen by reading alone.
            return file.read(ByteBuffer.allocate(1), 0)
                    .map(bytes -> new LookedAtFile(file, loop, bytes == 0 ? 0 : LookedAtFile.UNKNOWN, modified));
        });
    }
}
