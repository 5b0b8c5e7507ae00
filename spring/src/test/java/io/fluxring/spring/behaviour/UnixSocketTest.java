package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.Mode;
import io.fluxring.spring.support.RunningApplication;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

/** A Unix socket, which Boot has no property for, but lets a customizer of the server bind. */
class UnixSocketTest {
    @Configuration(proxyBeanMethods = false)
    @Import(BodiesApplication.class)
    static class Application {
        @Bean
        NettyServerCustomizer unixSocket(Environment environment) {
            String path = environment.getRequiredProperty("socket");
            return server -> server.bindAddress(() -> new DomainSocketAddress(path));
        }
    }

    @Test
    void bodiesGoBothWays(@TempDir Path folder) {
        Path socket = folder.resolve("http.sock");
        try (RunningApplication application =
                RunningApplication.of(Application.class, "fluxring.loops=2", Mode.PROPERTY, "socket=" + socket)) {
            assertThat(socket).exists();
            HttpClient http = HttpClient.create()
                    .runOn(application.bean(ReactorResourceFactory.class).getLoopResources())
                    .remoteAddress(() -> new DomainSocketAddress(socket.toString()));
            WebClient client = WebClient.builder()
                    .clientConnector(new ReactorClientHttpConnector(http))
                    .build();
            assertThat(Bytes.count(client.post()
                                    .uri("/echo")
                                    .body(Bytes.flux(3_000_017), DataBuffer.class)
                                    .retrieve()
                                    .bodyToFlux(DataBuffer.class))
                            .block(Eventually.LIMIT))
                    .isEqualTo(3_000_017);
        }
        assertThat(Files.exists(socket)).isFalse();
    }
}
