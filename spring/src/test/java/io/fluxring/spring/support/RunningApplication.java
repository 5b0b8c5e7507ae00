package io.fluxring.spring.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;

/** An application that serves on loopback, and stops at the end of the test. */
public final class RunningApplication implements AutoCloseable {
    private static final Map<String, String> QUIET = Map.of(
            "server.port", "0",
            "server.address", "127.0.0.1",
            "spring.main.banner-mode", "off",
            "spring.reactor.netty.shutdown-quiet-period", "0s");

    private final ReactiveWebServerApplicationContext context;

    private RunningApplication(ReactiveWebServerApplicationContext context) {
        this.context = context;
    }

    /** {@return an application of a configuration, with properties such as {@code fluxring.mode=off}} */
    public static RunningApplication of(Class<?> configuration, String... properties) {
        SpringApplication application = new SpringApplication(configuration);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        Map<String, String> all = new TreeMap<>(QUIET);
        for (String property : properties) {
            int name = property.indexOf('=');
            all.put(property.substring(0, name), property.substring(name + 1));
        }
        String[] arguments = all.entrySet().stream()
                .map(each -> "--" + each.getKey() + "=" + each.getValue())
                .toArray(String[]::new);
        return new RunningApplication((ReactiveWebServerApplicationContext) application.run(arguments));
    }

    public ReactiveWebServerApplicationContext context() {
        return context;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return context.getWebServer().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** {@return the application's own client} */
    public WebClient client() {
        return bean(WebClient.Builder.class).baseUrl(url("")).build();
    }

    /** {@return an answer's body, by a client that has nothing of the application, on a connection of its own} */
    public String get(String path) {
        try {
            URLConnection connection = URI.create(url(path)).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
