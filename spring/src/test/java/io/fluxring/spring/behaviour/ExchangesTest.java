package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.Mode;
import io.fluxring.spring.support.RunningApplication;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.PrematureCloseException;

/** What is around the bodies: sessions, errors, headers, limits and context. */
class ExchangesTest {
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        RouterFunction<ServerResponse> routes(WebClient.Builder clients) {
            return RouterFunctions.route()
                    .GET(
                            "/session/{value}",
                            request -> request.session()
                                    .doOnNext(session ->
                                            session.getAttributes().put("value", request.pathVariable("value")))
                                    .then(ServerResponse.ok().build()))
                    .GET(
                            "/session",
                            request -> request.session()
                                    .flatMap(session -> ServerResponse.ok()
                                            .bodyValue(session.getAttributeOrDefault("value", "none"))))
                    .GET("/gone", request -> Mono.error(new ResponseStatusException(HttpStatus.GONE, "no more")))
                    .GET("/broken", request -> Mono.error(new IllegalArgumentException("broken")))
                    .GET("/thrown", request -> {
                        throw new IllegalStateException("thrown on a loop");
                    })
                    .GET(
                            "/torn",
                            request -> ServerResponse.ok()
                                    .contentType(MediaType.TEXT_PLAIN)
                                    .body(
                                            Flux.just("begin")
                                                    .concatWith(Mono.delay(Duration.ofMillis(50))
                                                            .then(Mono.error(
                                                                    new IllegalStateException("in the middle")))),
                                            String.class))
                    .GET(
                            "/where",
                            request ->
                                    ServerResponse.ok().bodyValue(request.uri().toString()))
                    .GET("/tenant", request -> ServerResponse.ok().body(tenant(), String.class))
                    .GET(
                            "/relay",
                            request -> ServerResponse.ok()
                                    .body(
                                            clients.baseUrl("http://127.0.0.1:"
                                                            + request.uri().getPort())
                                                    .build()
                                                    .get()
                                                    .uri("/where")
                                                    .retrieve()
                                                    .bodyToMono(String.class)
                                                    .flatMap(answer -> tenant().map(tenant -> tenant + " " + answer)),
                                            String.class))
                    .build();
        }

        @Bean
        WebFilter tenants() {
            return (exchange, chain) -> chain.filter(exchange)
                    .contextWrite(context -> context.put(
                            "tenant",
                            Objects.requireNonNullElse(
                                    exchange.getRequest().getHeaders().getFirst("Tenant"), "none")));
        }

        /** What the thread has, after it has been another one's. */
        private static Mono<String> tenant() {
            return Mono.delay(Duration.ofMillis(1), Schedulers.parallel())
                    .publishOn(Schedulers.boundedElastic())
                    .map(it -> String.valueOf(TENANT.get()));
        }
    }

    private static RunningApplication application;
    private static WebClient client;

    @BeforeAll
    static void start() {
        ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT::get, TENANT::set, TENANT::remove);
        application = RunningApplication.of(
                Application.class,
                "fluxring.loops=2",
                Mode.PROPERTY,
                "logging.level.org.springframework.boot.webflux=off", // the errors are as they should be
                "logging.level.org.springframework.web.HttpLogging=off",
                "logging.level.reactor.netty.http.server=off",
                "spring.reactor.context-propagation=auto",
                "server.forward-headers-strategy=framework",
                "server.netty.max-initial-line-length=1KB",
                "server.netty.max-keep-alive-requests=3",
                "server.netty.idle-timeout=500ms");
        client = application.client();
    }

    @AfterAll
    static void stop() {
        application.close();
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
    }

    private static String get(String path) {
        return client.get().uri(path).retrieve().bodyToMono(String.class).block(Eventually.LIMIT);
    }

    @Test
    void aSessionIsKept() {
        var cookie = client.get()
                .uri("/session/mine")
                .retrieve()
                .toBodilessEntity()
                .map(answer -> Objects.requireNonNull(answer.getHeaders().getFirst(HttpHeaders.SET_COOKIE)))
                .block(Eventually.LIMIT);
        String kept = client.get()
                .uri("/session")
                .header(HttpHeaders.COOKIE, cookie.replaceFirst(";.*", ""))
                .retrieve()
                .bodyToMono(String.class)
                .block(Eventually.LIMIT);
        assertThat(kept).isEqualTo("mine");
        assertThat(get("/session")).isEqualTo("none");
    }

    @Test
    void errorsHaveTheirStatus() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> get("/gone")).isInstanceOf(WebClientResponseException.Gone.class);
            assertThatThrownBy(() -> get("/broken")).isInstanceOf(WebClientResponseException.InternalServerError.class);
            assertThatThrownBy(() -> get("/thrown")).isInstanceOf(WebClientResponseException.InternalServerError.class);
            assertThatThrownBy(() -> get("/nowhere")).isInstanceOf(WebClientResponseException.NotFound.class);
        }
        assertThat(get("/where")).endsWith("/where");
    }

    /** The status has been sent: the connection is all that is left to tell it by. */
    @Test
    void anErrorInTheMiddleOfAnAnswerEndsTheConnection() {
        assertThatThrownBy(() -> get("/torn")).hasRootCauseInstanceOf(PrematureCloseException.class);
        assertThat(get("/where")).endsWith("/where");
    }

    @Test
    void forwardedHeadersAreHeeded() {
        String where = client.get()
                .uri("/where")
                .header("Forwarded", "proto=https;host=example.org")
                .retrieve()
                .bodyToMono(String.class)
                .block(Eventually.LIMIT);
        assertThat(where).isEqualTo("https://example.org/where");
    }

    @Test
    void contextGoesAcrossThreadsAndLoops() {
        for (int i = 0; i < 50; i++) {
            String tenant = "tenant " + i;
            assertThat(client.get()
                            .uri(i % 2 == 0 ? "/tenant" : "/relay")
                            .header("Tenant", tenant)
                            .retrieve()
                            .bodyToMono(String.class)
                            .block(Eventually.LIMIT))
                    .startsWith(tenant);
        }
        assertThat(get("/tenant")).isEqualTo("none");
    }

    private static String raw(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[4096];
        int length = socket.getInputStream().read(answer);
        return length < 0 ? "closed" : new String(answer, 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void theServersLimitsAreThoseOfTheProperties() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", application.port())) {
            assertThat(raw(socket, "GET /where?" + "x".repeat(2_000) + " HTTP/1.1\r\nHost: here\r\n\r\n"))
                    .startsWith("HTTP/1.1 414 ");
        }
        try (Socket socket = new Socket("127.0.0.1", application.port())) {
            for (int i = 1; i <= 3; i++) {
                String answer = raw(socket, "GET /where HTTP/1.1\r\nHost: here\r\n\r\n");
                assertThat(answer).startsWith("HTTP/1.1 200 ");
                assertThat(answer.toLowerCase(Locale.ROOT).contains("connection: close"))
                        .isEqualTo(i == 3);
            }
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket socket = new Socket("127.0.0.1", application.port())) {
            assertThat(raw(socket, "GET /where HTTP/1.1\r\nHost: here\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1); // idle
        }
    }
}
