package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reactor's automatic context propagation: user code finds the values of the context in its thread locals, on the ring's thread too. */
class ContextPropagationTest {
    private static final String KEY = "user";
    private static final Duration LIMIT = Eventually.LIMIT;
    private static final ThreadLocal<String> USER = new ThreadLocal<>();

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final Map<String, String> seen = new ConcurrentHashMap<>();

    @BeforeEach
    void enable() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
        Hooks.enableAutomaticContextPropagation();
    }

    @AfterEach
    void disable() {
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
    }

    /** Notes what a place finds; the first one that finds nothing stays. */
    private void look(String place) {
        String user = USER.get();
        seen.merge(place, user == null ? "nothing" : user, (before, now) -> before.equals("nothing") ? before : now);
    }

    private void expect(String... places) {
        assertThat(seen)
                .containsOnlyKeys(places)
                .allSatisfy((place, user) -> assertThat(user).as(place).isEqualTo("alice"));
    }

    @Test
    void submit() {
        ReactiveRing ring = guard.ring();
        Flux<Op> source = Flux.<Op>generate(sink -> {
                    look("source");
                    sink.next(new Op.Nop());
                })
                .take(600)
                .doOnRequest(n -> look("request"))
                .doOnSubscribe(s -> look("subscribe"));
        ring.submit(source)
                .doOnNext(completion -> look("completion"))
                .doOnComplete(() -> look("complete"))
                .contextWrite(context -> context.put(KEY, "alice"))
                .blockLast(LIMIT);
        expect("source", "request", "subscribe", "completion", "complete");
    }

    @Test
    void receiveAndSend() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(10).endOutput();
            pair.connection()
                    .receive(lease -> {
                        look("mapper");
                        return lease.lengthBytes();
                    })
                    .doOnNext(bytes -> look("received"))
                    .doOnComplete(() -> look("end"))
                    .contextWrite(context -> context.put(KEY, "alice"))
                    .blockLast(LIMIT);
            Flux<ByteBuffer> source = Flux.<ByteBuffer>generate(sink -> {
                        look("source");
                        sink.next(ByteBuffer.allocate(1));
                    })
                    .take(100)
                    .doOnSubscribe(s -> look("subscribe"));
            pair.connection()
                    .sendBytes(source)
                    .doOnSuccess(nothing -> look("sent"))
                    .contextWrite(context -> context.put(KEY, "alice"))
                    .block(LIMIT);
        }
        expect("mapper", "received", "end", "source", "subscribe", "sent");
    }

    @Test
    void handlers() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        Disposable serving = listener.handle(connection -> {
                    look("handler");
                    return connection
                            .send(connection.receive().doOnNext(lease -> look("received")))
                            .then(Mono.<Void>fromRunnable(() -> look("elsewhere"))
                                    .subscribeOn(Schedulers.parallel()))
                            .doFinally(signal -> look("finally"));
                })
                .contextWrite(context -> context.put(KEY, "alice"))
                .subscribe();
        try (Peer peer = Peer.connect(listener.localAddress())) {
            peer.echo(10).endOutput().expectEnd();
        }
        expect("handler", "received", "elsewhere", "finally");
        serving.dispose();
    }

    @Test
    void accept() throws IOException {
        Listener listener = guard.ring().listen(Echo.anyPort());
        Disposable accepting = listener.accept()
                .doOnNext(connection -> look("accepted"))
                .flatMap(connection -> connection
                        .receive(BufferLease::lengthBytes)
                        .doOnNext(bytes -> look("received"))
                        .then(connection.close()))
                .contextWrite(context -> context.put(KEY, "alice"))
                .subscribe();
        try (Peer peer = Peer.connect(listener.localAddress())) {
            peer.send(10).endOutput().expectEnd();
        }
        expect("accepted", "received");
        accepting.dispose();
    }

    /** Nothing is left on the ring's thread for others. */
    @Test
    void whatWasBoundIsTakenOff() {
        ReactiveRing ring = guard.ring();
        submit();
        String left = RingGuard.ask(ring, loop -> String.valueOf(USER.get()));
        assertThat(left).isEqualTo("null");
    }
}
