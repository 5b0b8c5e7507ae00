package io.fluxring.samples.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** What the server answers. */
final class Routes {
    private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.UTF_8);
    private static final byte[] JSON = "{\"message\":\"Hello, World!\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration EVENT_PERIOD = Duration.ofMillis(100);

    private final @Nullable Path files;
    private final Mono<Void> stop;

    /**
     * Routes.
     *
     * @param files the folder behind {@code /files}, without symbolic links in its own path; null for none
     * @param stop ends with the server: answers that have no end of their own end then
     */
    Routes(@Nullable Path files, Mono<Void> stop) {
        this.files = files;
        this.stop = stop;
    }

    void addTo(HttpServerRoutes routes) {
        routes.get("/plaintext", (request, response) -> send(response, HttpHeaderValues.TEXT_PLAIN, HELLO))
                .get("/json", (request, response) -> send(response, HttpHeaderValues.APPLICATION_JSON, JSON))
                .post(
                        "/echo",
                        (request, response) -> response.send(request.receive().retain()))
                .get("/files/{name}", this::file)
                .get("/events", (request, response) -> events(response))
                .ws("/ws", this::echoFrames);
    }

    private static Publisher<Void> send(HttpServerResponse response, CharSequence type, byte[] body) {
        return response.header(HttpHeaderNames.CONTENT_TYPE, type)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                .sendObject(Unpooled.wrappedBuffer(body));
    }

    /** Whatever is asked for, and wherever links lead: what is sent lies in the folder. */
    private Publisher<Void> file(HttpServerRequest request, HttpServerResponse response) {
        try {
            Path file = find(request.param("name"));
            if (file == null) {
                return response.sendNotFound();
            }
            long bytes = Files.size(file);
            return response.header(HttpHeaderNames.CONTENT_LENGTH, Long.toString(bytes))
                    .sendFile(file, 0, bytes);
        } catch (IOException | IllegalArgumentException e) {
            return response.sendNotFound(); // there is none, or none can have such a name
        }
    }

    private @Nullable Path find(@Nullable String name) throws IOException {
        if (files == null || name == null) {
            return null;
        }
        Path file = files.resolve(new QueryStringDecoder(name).path()).toRealPath();
        return file.startsWith(files) && Files.isRegularFile(file) ? file : null;
    }

    private Publisher<Void> events(HttpServerResponse response) {
        Flux<String> ticks = Flux.interval(EVENT_PERIOD)
                .onBackpressureDrop()
                .takeUntilOther(stop)
                .map(tick -> "data: " + tick + "\n\n");
        return response.sse().sendString(ticks);
    }

    private Publisher<Void> echoFrames(WebsocketInbound in, WebsocketOutbound out) {
        return out.sendObject(in.receiveFrames().takeUntilOther(stop).map(WebSocketFrame::retain));
    }
}
