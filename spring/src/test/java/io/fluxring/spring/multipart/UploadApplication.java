package io.fluxring.spring.multipart;

import io.fluxring.spring.file.RingDataBuffers;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An application that is uploaded to, as one that knows nothing of the ring. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class UploadApplication {
    /** What the server has received of a part. */
    record Received(String name, String filename, String value, long bytes, String digest, String thread) {}

    @RestController
    static class Uploads {
        final AtomicInteger calls = new AtomicInteger();
        private final RingDataBuffers buffers;

        Uploads(RingDataBuffers buffers) {
            this.buffers = buffers;
        }

        @PostMapping("/map")
        Mono<List<Received>> map(@RequestBody Mono<MultiValueMap<String, Part>> parts) {
            return parts.doOnNext(map -> calls.incrementAndGet())
                    .flatMapIterable(map -> new ArrayList<>(map.values()))
                    .flatMapIterable(each -> each)
                    .concatMap(Uploads::receive)
                    .collectList();
        }

        /** Each part's content is read twice. */
        @PostMapping("/stream")
        Mono<List<Received>> stream(@RequestBody Flux<Part> parts) {
            return parts.doOnNext(part -> calls.incrementAndGet())
                    .concatMap(part -> receive(part)
                            .then(receive(part))
                            .flatMap(result -> part.delete().thenReturn(result)))
                    .collectList();
        }

        @PostMapping("/transfer")
        Mono<List<Received>> transfer(@RequestPart("file") Flux<FilePart> files, @RequestParam("to") Path to) {
            return files.concatMap(part -> part.transferTo(to).then(receive(part)))
                    .collectList();
        }

        @PostMapping("/transfer-twice")
        Mono<Void> transferTwice(@RequestPart("file") FilePart file, @RequestParam("to") Path to) {
            return file.transferTo(to).then(file.transferTo(to.resolveSibling(to.getFileName() + "-2")));
        }

        @PutMapping("/raw")
        Mono<Long> raw(ServerHttpRequest request, @RequestParam("to") Path to) {
            return buffers.write(request.getBody(), to, StandardOpenOption.CREATE_NEW)
                    .doOnNext(bytes -> calls.incrementAndGet());
        }

        private static Mono<Received> receive(Part part) {
            MessageDigest digest = digest();
            long[] bytes = {0};
            return part.content()
                    .doOnNext(buffer -> {
                        bytes[0] += buffer.readableByteCount();
                        update(digest, buffer);
                    })
                    .then(Mono.fromSupplier(() -> new Received(
                            part.headers().getContentDisposition().getName(),
                            part instanceof FilePart file ? file.filename() : null,
                            part instanceof FormFieldPart field ? field.value() : null,
                            bytes[0],
                            HexFormat.of().formatHex(digest.digest()),
                            Thread.currentThread().getName())));
        }

        private static void update(MessageDigest digest, DataBuffer buffer) {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            DataBufferUtils.release(buffer);
            digest.update(bytes);
        }
    }

    static String digestOf(byte... bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
