package io.fluxring.spring.life;

import java.time.Duration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** An application that tells the thread that it runs on, and has answers that take until the test wants them. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class HelloApplication {
    /** Answers that are under way, and what ends them. */
    static final class Slow {
        final Sinks.One<String> answer = Sinks.one();
        final Sinks.Empty<Void> asked = Sinks.empty();
    }

    @Bean
    Slow slow() {
        return new Slow();
    }

    @Bean
    RouterFunction<ServerResponse> routes(Slow slow) {
        return RouterFunctions.route()
                .GET(
                        "/thread",
                        request -> ServerResponse.ok()
                                .bodyValue(Thread.currentThread().getName()))
                .GET("/slow", request -> {
                    slow.asked.tryEmitEmpty();
                    return ServerResponse.ok().body(slow.answer.asMono(), String.class);
                })
                .GET(
                        "/events",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.TEXT_EVENT_STREAM)
                                .body(Flux.interval(Duration.ofMillis(10)).onBackpressureDrop(), Long.class))
                .build();
    }
}
