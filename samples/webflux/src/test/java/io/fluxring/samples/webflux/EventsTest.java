package io.fluxring.samples.webflux;

import static io.fluxring.samples.webflux.RunningFileDrop.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** The events that open pages receive. */
class EventsTest extends OnBothTransports {
    private static final ParameterizedTypeReference<ServerSentEvent<String>> EVENT =
            new ParameterizedTypeReference<>() {};

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Disposable.Composite listening = Disposables.composite();

    EventsTest(String mode) {
        super(mode);
    }

    private static Flux<ServerSentEvent<String>> stream() {
        return drop.client().get().uri("/events").retrieve().bodyToFlux(EVENT);
    }

    @AfterEach
    void hangUp() {
        listening.dispose();
    }

    private void listen(int windows) {
        for (int i = 0; i < windows; i++) {
            listening.add(stream().subscribe(event -> events.add(event.event() + " " + event.data())));
        }
        until("all open", () -> count("null") == windows);
    }

    private static void put(String name, int bytes) {
        Answer answer = Answer.to(drop.test().put().uri("/files/" + name).bodyValue(new byte[bytes]));
        assertThat(answer.status()).isIn(200, 201);
    }

    private List<String> changes() {
        return events.stream()
                .filter(each -> each.matches("(added|replaced|removed) .*"))
                .toList();
    }

    @Test
    void addedReplacedRemoved() {
        listen(1);
        put("a", 5);
        put("a", 6);
        assertThat(Answer.to(drop.test().delete().uri("/files/a")).status()).isEqualTo(204);
        until("three events: " + events, () -> changes().size() == 3);
        assertThat(changes().get(0)).startsWith("added {\"file\":{\"name\":\"a\",\"size\":5,\"modified\":\"20");
        assertThat(changes().get(1)).startsWith("replaced {\"file\":{\"name\":\"a\",\"size\":6,");
        assertThat(changes().get(2)).isEqualTo("removed {\"name\":\"a\"}");
    }

    @Test
    void heartbeats() {
        listen(1);
        until("two heartbeats", () -> count("heartbeat") >= 2);
    }

    private List<String> progress(String part) {
        return events.stream()
                .filter(each -> each.startsWith("progress ") && each.contains(part))
                .toList();
    }

    @Test
    void progressOfAnUpload() throws IOException {
        listen(1);
        try (Socket socket = drop.connect()) {
            RunningFileDrop.write(socket, "PUT /files/sl%20ow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
            until("progress: " + events, () -> {
                send(socket, 1000);
                return !progress("\"name\":\"sl ow\"").isEmpty();
            });
        }
        until("the end of a broken upload", () -> !progress("\"isOver\":true").isEmpty());
        assertThat(progress("").getFirst()).contains("\"total\":1000000,\"isOver\":false");
        assertThat(changes()).isEmpty();
    }

    private static void send(Socket socket, int bytes) {
        try {
            socket.getOutputStream().write(new byte[bytes]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eventsOfManyAtTheSameTime() {
        listen(1);
        Flux.range(0, 100)
                .flatMap(i -> drop.client()
                        .put()
                        .uri("/files/burst-" + i)
                        .bodyValue(new byte[1])
                        .retrieve()
                        .toBodilessEntity())
                .blockLast(RunningFileDrop.LIMIT);
        until("all of them", () -> count("added") == 100);
    }

    @Test
    void everyWindowIsTold() {
        listen(20);
        put("for-all", 1);
        until("all told", () -> count("added") == 20);
    }

    private long count(String type) {
        return events.stream().filter(each -> each.startsWith(type + " ")).count();
    }
}
