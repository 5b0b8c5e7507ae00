package io.fluxring.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.net.Connection;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SendTextTest {
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final Charset UTF_8 = StandardCharsets.UTF_8;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static String read(Server.Pair pair, String expected, Charset charset) throws IOException {
        return new String(pair.peer().read(expected.getBytes(charset).length), charset);
    }

    @Test
    void texts() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            Connection connection = pair.connection();
            StringBuilder mutable = new StringBuilder("c");
            connection
                    .sendString(Flux.just("a\u00e4", "", "\u20ac", mutable), UTF_8)
                    .then(connection.sendString("d\ud83d\ude00", UTF_8))
                    .block(LIMIT);
            assertThat(read(pair, "a\u00e4\u20accd\ud83d\ude00", UTF_8)).isEqualTo("a\u00e4\u20accd\ud83d\ude00");
            connection
                    .sendString(Mono.just("\u20ac"), StandardCharsets.UTF_16BE)
                    .then(connection.sendString("\u20ac", StandardCharsets.US_ASCII))
                    .block(LIMIT);
            assertThat(pair.peer().read(3)).containsExactly(0x20, 0xac, '?');
        }
    }

    /** The same value may be sent again and again, and by many: it is not changed. */
    @Test
    void valuesAreSentOncePerSubscription() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            byte[] bytes = {1, 2, 3};
            pair.connection().sendByteArray(bytes).repeat(1).blockLast(LIMIT);
            pair.connection().sendByteArray(Flux.just(bytes, bytes)).repeat(1).blockLast(LIMIT);
            assertThat(bytes).containsExactly(1, 2, 3);
            assertThat(pair.peer().read(18)).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3);
            pair.connection().sendString("x", UTF_8).repeat(2).blockLast(LIMIT);
            assertThat(pair.peer().read(3)).containsExactly('x', 'x', 'x');
        }
    }

    @Test
    void anErrorOfTheSourceIsTheError() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            StepVerifier.create(pair.connection()
                            .sendString(Flux.just("a").concatWith(Mono.error(new IOException("broken"))), UTF_8))
                    .expectErrorMessage("broken")
                    .verify(LIMIT);
            assertThat(pair.peer().read(1)).containsExactly('a');
        }
    }

    @Test
    void theSourceHasTheSubscribersContext() throws IOException {
        try (Server.Pair pair = new Server(guard.ring()).pair()) {
            AtomicReference<Object> seen = new AtomicReference<>();
            Mono<String> source = Mono.deferContextual(context -> {
                seen.set(context.get("key"));
                return Mono.just("a");
            });
            pair.connection()
                    .sendString(source, UTF_8)
                    .contextWrite(context -> context.put("key", "value"))
                    .block(LIMIT);
            assertThat(seen.get()).isEqualTo("value");
        }
    }
}
