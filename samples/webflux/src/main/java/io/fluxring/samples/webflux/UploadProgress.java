package io.fluxring.samples.webflux;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Flux;

/**
 * Tells every open page how far uploads are. It wraps the request before the filters do: the framework reads a form from the request that it
 * has begun with, whatever a filter puts in its place.
 */
@Component
class UploadProgress implements HttpHandlerDecoratorFactory {
    private static final String FOLDER = "/files/";
    private static final Set<HttpMethod> UPLOADS = Set.of(HttpMethod.POST, HttpMethod.PUT);

    private final FileEvents events;

    UploadProgress(FileEvents events) {
        this.events = events;
    }

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) -> handler.handle(isUpload(request) ? new Counted(request) : request, response);
    }

    private static boolean isUpload(ServerHttpRequest request) {
        return UPLOADS.contains(request.getMethod()) && (request.getPath().value() + "/").startsWith(FOLDER);
    }

    private final class Counted extends ServerHttpRequestDecorator {
        Counted(ServerHttpRequest request) {
            super(request);
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.defer(() -> {
                Meter meter = new Meter(name(), getHeaders().getContentLength());
                return super.getBody().doOnNext(meter::count).doFinally(end -> meter.end());
            });
        }

        private @Nullable String name() {
            String path = getPath().value();
            return path.startsWith(FOLDER)
                    ? UriUtils.decode(path.substring(FOLDER.length()), StandardCharsets.UTF_8)
                    : null;
        }
    }

    /** Of one upload, whose signals come one after the other. */
    private final class Meter {
        /** Often enough for a bar that moves, and no load for those who look on. */
        private static final long PERIOD_NANOS = 200_000_000;

        private final String id = UUID.randomUUID().toString();
        private final @Nullable String name;
        private final @Nullable Long total;
        private final long beginNanos = System.nanoTime();
        private long periods;
        private long received;

        Meter(@Nullable String name, long contentLength) {
            this.name = name;
            this.total = contentLength < 0 ? null : contentLength;
        }

        void count(DataBuffer buffer) {
            received += buffer.readableByteCount();
            long now = (System.nanoTime() - beginNanos) / PERIOD_NANOS;
            if (now > periods) {
                periods = now;
                publish(false);
            }
        }

        void end() {
            if (periods > 0) { // who has seen its beginning
                publish(true);
            }
        }

        private void publish(boolean isOver) {
            events.publish(new FileEvent.Progress(id, name, received, total, isOver));
        }
    }
}
