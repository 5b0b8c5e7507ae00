package io.fluxring.samples.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/** What the server answers. */
final class Routes {
    private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.UTF_8);
    private static final byte[] JSON = "{\"message\":\"Hello, World!\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration EVENT_PERIOD = Duration.ofMillis(100);

    private final @Nullable Path files;

    /**
     * Routes.
     *
     * @param files the folder behind {@code /files}, null for none
     */
    Routes(@Nullable Path files) {
        this.files = files;
    }

    void addTo(HttpServerRoutes routes) {
        routes.get("/plaintext", (request, response) -> send(response, HttpHeaderValues.TEXT_PLAIN, HELLO))
                .get("/json", (request, response) -> send(response, HttpHeaderValues.APPLICATION_JSON, JSON))
                .post(
                        "/echo",
                        (request, response) -> response.send(request.receive().retain()))
                .get("/files/{name}", this::file)
                .get("/events", (request, response) -> events(response))
                .ws("/ws", (in, out) -> out.sendString(in.receive().asString()));
    }

    private static Publisher<Void> send(HttpServerResponse response, CharSequence type, byte[] body) {
        return response.header(HttpHeaderNames.CONTENT_TYPE, type)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                .sendObject(Unpooled.wrappedBuffer(body));
    }

    /** One path element below the folder: no name leaves it. */
    private Publisher<Void> file(HttpServerRequest request, HttpServerResponse response) {
        String name = request.param("name");
        if (files == null || name == null || name.isEmpty() || name.contains("/") || name.startsWith(".")) {
            return response.sendNotFound();
        }
        Path file = files.resolve(name);
        return Files.isRegularFile(file) ? response.sendFile(file) : response.sendNotFound();
    }

    private static Publisher<Void> events(HttpServerResponse response) {
        Flux<String> ticks = Flux.interval(EVENT_PERIOD).map(tick -> "data: " + tick + "\n\n");
        return response.sse().sendString(ticks.onBackpressureDrop());
    }
}
