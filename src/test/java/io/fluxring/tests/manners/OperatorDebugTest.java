package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** With {@code Hooks.onOperatorDebug} an error names the line that called the ring, not the ring's own. */
class OperatorDebugTest {
    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @BeforeEach
    void enable() {
        Hooks.onOperatorDebug();
    }

    @AfterEach
    void disable() {
        Hooks.resetOnOperatorDebug();
    }

    private static String traceOf(Publisher<?> failing) {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Flux.from(failing).subscribe(next -> {}, end::complete, () -> end.complete(new AssertionError("completed")));
        StringWriter text = new StringWriter();
        assertThat(end).succeedsWithin(Eventually.LIMIT);
        end.join().printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** A publisher is made on the line that its name stands on. */
    private static Map<String, Publisher<?>> failing(ReactiveRing ring, Connection connection, Listener listener) {
        Map<String, Publisher<?>> all = new LinkedHashMap<>();
        all.put(here() + " submit", ring.submit(Mono.just(new Op.Nop())));
        all.put(here() + " receive", connection.receive());
        all.put(here() + " receive", connection.receive(BufferLease::lengthBytes));
        all.put(here() + " asString", connection.receive().asString(StandardCharsets.UTF_8));
        all.put(here() + " send", connection.send(Flux.<BufferLease>never()));
        all.put(here() + " sendBytes", connection.sendBytes(Mono.just(ByteBuffer.allocate(1))));
        all.put(here() + " connect", ring.connect(listener.localAddress()));
        all.put(here() + " accept", listener.accept());
        all.put(here() + " handle", listener.handle(each -> Mono.empty()));
        all.put(here() + " completions", ring.completions());
        return all;
    }

    private static String here() {
        StackTraceElement caller = Thread.currentThread().getStackTrace()[2];
        return caller.getFileName() + ":" + caller.getLineNumber();
    }

    @Test
    void namesTheCallersLine() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Listener listener = ring.listen(Echo.anyPort());
            Map<String, Publisher<?>> all = failing(ring, pair.connection(), listener);
            ring.disposeLater().block(Eventually.LIMIT);
            all.forEach((name, publisher) -> {
                String line = name.substring(0, name.indexOf(' '));
                assertThat(traceOf(publisher))
                        .as(name)
                        .contains("Error has been observed at the following site(s)", line);
            });
        }
    }
}
