package io.fluxring.samples.webflux;

import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events, as long as the page is open. */
@RestController
class EventsController {
    /** How soon a page comes back when the server was away. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final FileEvents events;
    private final Duration heartbeat;

    EventsController(FileEvents events, FileDropProperties properties) {
        this.events = events;
        this.heartbeat = properties.heartbeat();
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> events() {
        Flux<ServerSentEvent<Object>> changes = events.stream().map(FileEvent::toServerSentEvent);
        // Makes the response's head go out. The page fetches the list then, and all later changes come by the stream.
        ServerSentEvent<Object> first =
                ServerSentEvent.builder().retry(RETRY).comment("open").build();
        return Flux.merge(changes, Mono.just(first), heartbeats().takeUntilOther(changes.then()));
    }

    /** What shows proxies, and this server, that the other end is still there. */
    private Flux<ServerSentEvent<Object>> heartbeats() {
        return Flux.interval(heartbeat)
                .onBackpressureDrop()
                .map(tick ->
                        ServerSentEvent.builder().event("heartbeat").data(tick).build());
    }
}
