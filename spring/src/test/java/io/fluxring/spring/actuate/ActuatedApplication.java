package io.fluxring.spring.actuate;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** An application that shows all that the actuator has. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ActuatedApplication {
    static final String[] SHOWN = {
        "management.endpoints.web.exposure.include=*",
        "management.endpoint.health.show-details=always",
        "fluxring.loops=2"
    };

    @Bean
    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/hello", request -> ServerResponse.ok().bodyValue("hello"))
                .build();
    }
}
