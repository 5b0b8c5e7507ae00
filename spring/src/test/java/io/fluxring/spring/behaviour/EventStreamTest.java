package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.Mode;
import io.fluxring.spring.support.RunningApplication;
import io.netty.channel.ChannelOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Event streams, and what their publisher learns of a client that has gone. */
class EventStreamTest {
    /** No event but the first comes by itself. */
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The stream of the last client. */
    static final class Streams {
        final AtomicInteger subscribed = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        volatile Sinks.Many<String> events = Sinks.many().unicast().onBackpressureBuffer();

        Flux<ServerSentEvent<String>> stream() {
            Sinks.Many<String> mine = Sinks.many().unicast().onBackpressureBuffer();
            mine.tryEmitNext("first").orThrow();
            events = mine;
            return mine.asFlux()
                    .map(data -> ServerSentEvent.builder(data).event("thing").build())
                    .doOnSubscribe(it -> subscribed.incrementAndGet())
                    .doOnCancel(cancelled::incrementAndGet);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Streams streams() {
            return new Streams();
        }

        @Bean
        RouterFunction<ServerResponse> routes(Streams streams) {
            return RouterFunctions.route()
                    .GET(
                            "/events",
                            request -> ServerResponse.ok()
                                    .contentType(MediaType.TEXT_EVENT_STREAM)
                                    .body(BodyInserters.fromServerSentEvents(streams.stream())))
                    .build();
        }
    }

    /** A client that has shut its output can't be told from one that has closed: who wants to serve it says so. */
    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class HalfClosable {
        @Bean
        NettyServerCustomizer halfClosure() {
            return server -> server.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
    }

    private enum Leaving {
        CLOSE,
        RESET
    }

    private static RunningApplication application;
    private static RunningApplication halfClosable;

    @BeforeAll
    static void start() {
        application = RunningApplication.of(Application.class, Mode.PROPERTY, "fluxring.loops=2");
        halfClosable = RunningApplication.of(HalfClosable.class, Mode.PROPERTY, "fluxring.loops=2");
    }

    @AfterAll
    static void stop() {
        application.close();
        halfClosable.close();
    }

    private static Socket ask(RunningApplication server) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream()
                .write("GET /events HTTP/1.1\r\nHost: here\r\nAccept: text/event-stream\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void awaitLine(BufferedReader lines, String wanted) throws IOException {
        for (String line = lines.readLine(); !line.equals(wanted); line = lines.readLine()) {
            assertThat(line).isNotNull();
        }
    }

    @Test
    void eventsComeOneByOne() {
        Streams streams = application.bean(Streams.class);
        List<String> received = application
                .client()
                .get()
                .uri("/events")
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .doOnNext(event -> streams.events.tryEmitNext(event.data() + "!"))
                .map(event -> event.event() + " " + event.data())
                .take(4)
                .collectList()
                .block(Eventually.LIMIT);
        assertThat(received).containsExactly("thing first", "thing first!", "thing first!!", "thing first!!!");
    }

    /** Nothing is sent, and nothing read: the publisher of an event a minute would run on for a minute. */
    @ParameterizedTest
    @EnumSource(Leaving.class)
    @Tag("S4")
    void s4AClientThatHasGoneCancelsItsStream(Leaving leaving) throws IOException {
        goneWithinASecond(application, leaving);
    }

    @Test
    @Tag("S4")
    void s4AResetIsSeenWhereHalfClosureIsAllowedToo() throws IOException {
        goneWithinASecond(halfClosable, Leaving.RESET);
    }

    private static void goneWithinASecond(RunningApplication server, Leaving leaving) throws IOException {
        Streams streams = server.bean(Streams.class);
        int cancelled = streams.cancelled.get();
        try (Socket client = ask(server)) {
            awaitLine(
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8)),
                    "data:first");
            if (leaving == Leaving.RESET) {
                client.setSoLinger(true, 0);
            }
        }
        Eventually.until(() -> "the cancel", SECOND, () -> streams.cancelled.get() == cancelled + 1);
    }

    @Test
    @Tag("S4")
    void s4AClientThatMerelyShutItsOutputKeepsReceiving() throws IOException {
        Streams streams = halfClosable.bean(Streams.class);
        int cancelled = streams.cancelled.get();
        try (Socket client = ask(halfClosable)) {
            var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            awaitLine(lines, "data:first");
            client.shutdownOutput();
            for (int i = 0; i < 20; i++) {
                streams.events.tryEmitNext("event " + i).orThrow();
                awaitLine(lines, "data:event " + i);
            }
            assertThat(streams.cancelled).hasValue(cancelled);
            client.setSoLinger(true, 0);
        }
        streams.events
                .tryEmitNext("nothing is received any more, and so the end is found by sending")
                .orThrow();
        Eventually.until(() -> "the cancel", SECOND, () -> streams.cancelled.get() == cancelled + 1);
    }
}
