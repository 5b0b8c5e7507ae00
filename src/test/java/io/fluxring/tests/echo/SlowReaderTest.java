package io.fluxring.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that send and don't read: their bytes stay in the pool and the sockets, and harm nobody else. */
class SlowReaderTest {
    private static final Duration UNCHANGED = Duration.ofMillis(300);
    private static final Duration PROMPT = Duration.ofMillis(250);

    /** To be enabled when a connection's share of the buffers is bounded before the kernel fills them, and not after. */
    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @Test
    void twoGibibytes() throws Exception {
        sendAndReadLate(2L << 30, 1024, 4096);
    }

    @Test
    void manyBytesThroughAFewBuffers() throws Exception {
        sendAndReadLate(16L << 20, 4, 1024);
    }

    private void sendAndReadLate(long bytes, int buffers, int bufferBytes) throws Exception {
        ReactiveRing ring = guard.ring(buffers, bufferBytes);
        Listener listener = Echo.serve(ring);
        try (Peer slow = Peer.connect(listener.localAddress(), 1);
                Peer other = Peer.connect(listener.localAddress(), 2)) {
            other.echo(100);
            CompletableFuture<Void> sending = sendInBackground(slow, bytes);
            Eventually.settles("what the slow client has sent", UNCHANGED, slow::sent);
            assertThat(slow.sent()).isLessThan(bytes);
            assertThat(RingGuard.ask(ring, RingLoop::liveLeases)).isBetween(1, buffers);
            requirePromptEchos(other);
            assertThat(RingGuard.ask(ring, RingLoop::liveLeases)).isBetween(1, buffers);
            slow.expect(bytes).expectEnd();
            sending.join();
            requirePromptEchos(other);
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void fiftyAtOnce() throws Exception {
        fiftyAtOnce(4096, 4096);
    }

    @ParameterizedTest
    @CsvSource({"1024, 4096", "64, 1024"})
    void fiftyAtOnceAgainstASmallPool(int buffers, int bufferBytes) throws Exception {
        fiftyAtOnce(buffers, bufferBytes);
    }

    private void fiftyAtOnce(int buffers, int bufferBytes) throws Exception {
        int each = 20 << 20;
        ReactiveRing ring = guard.ring(buffers, bufferBytes);
        Listener listener = Echo.serve(ring);
        List<Peer> slow = new ArrayList<>();
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        try (Peer other = Peer.connect(listener.localAddress(), 1000)) {
            other.echo(100);
            for (int i = 0; i < 50; i++) {
                slow.add(Peer.connect(listener.localAddress(), i));
                sending.add(sendInBackground(slow.get(i), each));
            }
            Eventually.settles(
                    "what the slow clients have sent",
                    UNCHANGED,
                    () -> slow.stream().mapToLong(Peer::sent).sum());
            assertThat(RingGuard.ask(ring, RingLoop::liveLeases)).isBetween(1, buffers);
            requirePromptEchos(other);
            try (Peer late = Peer.connect(listener.localAddress(), 2000)) {
                requirePromptEchos(late);
            }
            for (Peer one : slow.subList(0, 5)) {
                one.expect(each).expectEnd();
            }
        } finally {
            for (Peer one : slow) {
                one.close(); // the others go with everything still on its way
            }
        }
        for (CompletableFuture<Void> one : sending) {
            one.handle((nothing, failure) -> true).join();
        }
        RingGuard.awaitNoLeases(ring);
    }

    private static CompletableFuture<Void> sendInBackground(Peer peer, long bytes) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                peer.send(bytes, 64 * 1024).endOutput();
                done.complete(null);
            } catch (IOException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** The median: one round may be held up by whatever else the machine does. */
    private static void requirePromptEchos(Peer peer) throws IOException {
        long[] nanos = new long[15];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            peer.echo(200);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(PROMPT);
    }
}
