package io.fluxring.tests.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Pattern;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reports about stream sockets. R6, accepting at the limit of descriptors, is ExhaustedDescriptorsTest. */
class StreamReportsTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    /** A dry group is a pause: the stream goes on when a lease is released, and the loop does nothing meanwhile. */
    @Test
    @Tag("R1")
    void aDryGroupIsAPauseThatEndsWithARelease() throws IOException {
        ReactiveRing ring = guard.ring(2, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            Queue<BufferLease> held = new ConcurrentLinkedQueue<>();
            pair.connection().receive().retain().subscribe(held::add, e -> {});
            pair.peer().send(8 * 64, 64);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (bytes.size() < 8 * 64) {
                Eventually.until("a lease", () -> !held.isEmpty());
                BufferLease lease = held.remove();
                bytes.writeBytes(lease.toByteArray());
                lease.release();
            }
            assertThat(bytes.toByteArray()).isEqualTo(new Pattern(0).bytes(0, 8 * 64));
            pair.peer().send(64);
            Eventually.until("the late bytes", () -> !held.isEmpty());
            long before = ring.counters().get(Counter.ENTERS);
            assertThat(Eventually.comesTrue(
                            Duration.ofMillis(200), () -> ring.counters().get(Counter.ENTERS) > before + 10))
                    .as("a loop that spins")
                    .isFalse();
            held.forEach(BufferLease::release);
        }
    }

    /** What a cancelled subscription was about to get is closed: no client waits for a connection that nothing has. */
    @Test
    @Tag("R2")
    void acceptAndCancelCross() throws IOException {
        ReactiveRing ring = guard.ring();
        for (int i = 0; i < 500; i++) {
            Listener listener = ring.listen(Echo.anyPort());
            Disposable accepting = listener.accept().subscribe(Connection::dispose);
            try (Peer peer = Peer.connect(listener.localAddress())) {
                accepting.dispose();
                listener.close().block(LIMIT);
                try {
                    peer.expectEnd();
                } catch (SocketException reset) {
                    // it was in the backlog
                }
            }
        }
    }

    /** A subscriber that cancels takes nothing from the next one: the stream has no gap. */
    @Test
    @Tag("R2")
    void receiveAndCancelCross() throws IOException {
        ReactiveRing ring = guard.ring(16, 64);
        try (Server.Pair pair = new Server(ring).pair()) {
            int total = 200 * 64;
            Thread.ofPlatform().daemon().start(PeerStep.of(() -> pair.peer().send(total, 50)));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (bytes.size() < total) {
                pair.connection()
                        .receive()
                        .asByteArray()
                        .take(1 + bytes.size() % 3)
                        .doOnNext(bytes::writeBytes)
                        .takeUntil(piece -> bytes.size() == total) // the last round may get fewer pieces than it takes
                        .blockLast(LIMIT);
            }
            assertThat(bytes.toByteArray()).isEqualTo(new Pattern(0).bytes(0, total));
        }
    }

    /** Several publishers on one connection whose peer is slow: byte order is the order of subscription, nothing interleaves. */
    @Test
    @Tag("R3")
    void sendsKeepTheirOrder() throws IOException {
        ReactiveRing ring = guard.ring();
        int messages = 40;
        int length = 64 * 1024;
        try (Server.Pair pair = new Server(ring).pair()) {
            List<Mono<Void>> sends = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                byte[] message = new byte[length];
                Arrays.fill(message, (byte) i);
                Mono<Void> send = pair.connection()
                        .sendBytes(Flux.just(ByteBuffer.wrap(message)))
                        .cache();
                send.subscribe();
                sends.add(send);
            }
            for (int i = 0; i < messages; i++) {
                byte[] expected = new byte[length];
                Arrays.fill(expected, (byte) i);
                assertThat(pair.peer().read(length)).as("message %d", i).isEqualTo(expected);
            }
            Flux.merge(sends).blockLast(LIMIT);
        }
    }
}
