package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.Mode;
import io.fluxring.spring.support.RunningApplication;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.WebsocketServerSpec;

/** WebSockets, server and client on the ring. */
class WebSocketTest {
    private static final int LARGE_BYTES = 1_000_000;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        /** How the server's sessions ended. */
        final List<CloseStatus> ends = new CopyOnWriteArrayList<>();

        @Bean
        List<CloseStatus> ends() {
            return ends;
        }

        @Bean
        HandlerMapping sockets() {
            Map<String, WebSocketHandler> handlers = Map.of(
                    "/echo", session -> session.send(session.receive().doOnNext(WebSocketMessage::retain)),
                    "/until-client-closes",
                            session -> session.receive()
                                    .then(session.closeStatus()
                                            .doOnNext(ends::add)
                                            .then()),
                    "/closes",
                            session -> session.send(Mono.just(session.textMessage("bye")))
                                    .then(session.close(CloseStatus.POLICY_VIOLATION.withReason("enough"))));
            return new SimpleUrlHandlerMapping(handlers, -1);
        }

        @Bean
        WebSocketHandlerAdapter adapter() {
            var strategy = new ReactorNettyRequestUpgradeStrategy(
                    () -> WebsocketServerSpec.builder().maxFramePayloadLength(2 * LARGE_BYTES));
            return new WebSocketHandlerAdapter(new HandshakeWebSocketService(strategy));
        }
    }

    private static RunningApplication application;
    private static ReactorNettyWebSocketClient client;

    @BeforeAll
    static void start() {
        application = RunningApplication.of(Application.class, "fluxring.loops=2", Mode.PROPERTY);
        HttpClient onRing = HttpClient.create()
                .runOn(application.bean(ReactorResourceFactory.class).getLoopResources());
        client = new ReactorNettyWebSocketClient(
                onRing, () -> WebsocketClientSpec.builder().maxFramePayloadLength(2 * LARGE_BYTES));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void forget() {
        ends().clear();
    }

    @SuppressWarnings("unchecked")
    private static List<CloseStatus> ends() {
        return (List<CloseStatus>) application.context().getBean("ends");
    }

    private static void at(String path, WebSocketHandler handler) {
        client.execute(URI.create("ws://127.0.0.1:" + application.port() + path), handler)
                .block(Eventually.LIMIT);
    }

    @Test
    void messagesComeBackInOrder() {
        AtomicReference<List<String>> received = new AtomicReference<>();
        at(
                "/echo",
                session -> session.send(Flux.range(0, 1_000).map(i -> session.textMessage("message " + i)))
                        .and(session.receive()
                                .map(WebSocketMessage::getPayloadAsText)
                                .take(1_000)
                                .collectList()
                                .doOnNext(received::set))
                        .then(session.close()));
        assertThat(received.get())
                .hasSize(1_000)
                .startsWith("message 0", "message 1")
                .endsWith("message 999");
    }

    @Test
    void aLargeFrameComesBackWhole() {
        AtomicReference<Long> received = new AtomicReference<>();
        at(
                "/echo",
                session -> session.send(Mono.fromSupplier(
                                () -> session.binaryMessage(factory -> factory.wrap(Bytes.of(LARGE_BYTES)))))
                        .and(Bytes.count(session.receive().take(1).map(WebSocketTest::kept))
                                .doOnNext(received::set))
                        .then(session.close()));
        assertThat(received).hasValue((long) LARGE_BYTES);
    }

    private static DataBuffer kept(WebSocketMessage message) {
        return message.retain().getPayload();
    }

    @Test
    void theClientCloses() {
        at("/until-client-closes", session -> session.close(CloseStatus.GOING_AWAY.withReason("home")));
        Eventually.until("the end at the server", () -> !ends().isEmpty());
        assertThat(ends()).containsExactly(CloseStatus.GOING_AWAY.withReason("home"));
    }

    @Test
    void theServerCloses() {
        AtomicReference<CloseStatus> end = new AtomicReference<>();
        AtomicReference<List<String>> received = new AtomicReference<>();
        at(
                "/closes",
                session -> session.receive()
                        .map(WebSocketMessage::getPayloadAsText)
                        .collectList()
                        .doOnNext(received::set)
                        .then(session.closeStatus().doOnNext(end::set).then()));
        assertThat(received.get()).containsExactly("bye");
        assertThat(end).hasValue(CloseStatus.POLICY_VIOLATION.withReason("enough"));
    }

    /** Without a close frame. */
    @Test
    void theClientIsLost() {
        AtomicReference<WebSocketSession> lost = new AtomicReference<>();
        client.execute(URI.create("ws://127.0.0.1:" + application.port() + "/until-client-closes"), session -> {
                    lost.set(session);
                    return Mono.never();
                })
                .timeout(Duration.ofMillis(500))
                .onErrorComplete()
                .block(Eventually.LIMIT);
        assertThat(lost.get()).isNotNull();
        Eventually.until("the end at the server", () -> !ends().isEmpty());
    }
}
