package io.fluxring.samples.webflux;

import java.time.Duration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/** From those who change files to every open page. */
@Component
class FileEvents {
    /** A page that lags further behind is disconnected: it comes back by itself, and fetches the list anew. */
    private static final int MOST_BEHIND = 256;

    private static final Duration TURN_LIMIT = Duration.ofSeconds(1);

    private final Sinks.Many<FileEvent> sink = Sinks.many().multicast().directBestEffort();

    FileEvents() {}

    void publish(FileEvent event) {
        sink.emitNext(event, inTurn());
    }

    /** {@return the events from now on, until the application stops} */
    Flux<FileEvent> stream() {
        return sink.asFlux().onBackpressureBuffer(MOST_BEHIND);
    }

    /** A graceful shutdown waits for the responses under way, and an event stream has no end of its own. */
    @EventListener(ContextClosedEvent.class)
    void end() {
        sink.emitComplete(inTurn());
    }

    /** Event loops publish at the same time, and a sink takes one event at a time. The handler's limit begins when it is made. */
    private static EmitFailureHandler inTurn() {
        return EmitFailureHandler.busyLooping(TURN_LIMIT);
    }
}
