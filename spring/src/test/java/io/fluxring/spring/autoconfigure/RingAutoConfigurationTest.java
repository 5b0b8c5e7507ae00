package io.fluxring.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.spring.support.RunningApplication;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** An application that knows nothing of the ring, with the starter beside it. */
class RingAutoConfigurationTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET(
                            "/thread",
                            request -> ServerResponse.ok()
                                    .bodyValue(Thread.currentThread().getName()))
                    .build();
        }
    }

    @Test
    void serverAndClientShareTheRings() {
        try (RunningApplication application = RunningApplication.of(Application.class)) {
            String both = application
                    .client()
                    .get()
                    .uri("/thread")
                    .retrieve()
                    .bodyToMono(String.class)
                    .map(server -> server + " " + Thread.currentThread().getName())
                    .block();
            assertThat(both).matches("reactor-http-ring-\\d reactor-http-ring-\\d");
            assertThat(application.bean(TransportReport.class).get().isOnRing()).isTrue();
        }
    }
}
