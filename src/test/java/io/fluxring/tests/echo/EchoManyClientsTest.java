package io.fluxring.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.testing.Descriptors;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.LoadClient;
import io.fluxring.tests.support.Pattern;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoManyClientsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @Test
    void aThousandAtOnce() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = Echo.serve(ring);
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(1000).exchange(20, 64, 1).exchange(20, 1000, 8).finish();
        }
        RingGuard.awaitNoLeases(ring);
        assertThat(ring.counters().get(Counter.ACCEPTED)).isEqualTo(1000);
        assertThat(ring.counters().get(Counter.BYTES_RECEIVED)).isEqualTo(1000 * 20 * 1064);
        assertThat(ring.counters().get(Counter.BYTES_SENT)).isEqualTo(1000 * 20 * 1064);
    }

    @ParameterizedTest
    @CsvSource({"1, 64", "1024, 4096"})
    void eightThousandHeldOpenAndUsedInTurn(int buffers, int bufferBytes) throws IOException {
        int connections = 8000;
        long needed = 2L * connections + 500; // both ends are in this process
        assumeTrue(
                Descriptors.limit() >= needed,
                () -> "ulimit -n is " + Descriptors.limit() + ", and the test needs " + needed);
        ReactiveRing ring = guard.ring(buffers, bufferBytes);
        Listener listener = Echo.serve(ring);
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(connections);
            for (int round = 0; round < 2; round++) {
                for (int from = 0; from < connections; from += 80) {
                    clients.exchange(from, from + 80, 1, 1 + from % 100, 1);
                }
            }
            for (int one = 0; one < connections; one += 16) {
                clients.exchange(one, one + 1, 1, 30, 1);
            }
            clients.finish();
        }
        RingGuard.awaitNoLeases(ring);
        assertThat(ring.counters().get(Counter.ACCEPTED)).isEqualTo(connections);
    }

    /** One more than there are slots for: it waits in the backlog until another one goes. */
    @Test
    void moreThanTheSlotsWaitForTheirTurn() throws IOException {
        ReactiveRing ring = guard.ring(Rings.withCompletionEntries(64));
        Listener listener = Echo.serve(ring);
        try (LoadClient second = new LoadClient(listener.localAddress(), LIMIT)) {
            try (LoadClient first = new LoadClient(listener.localAddress(), LIMIT)) {
                first.connect(20).exchange(2, 10, 1);
                second.connect(30).exchange(0, 5, 1, 10, 1);
            }
            second.exchange(0, 28, 2, 10, 1); // the places of the first ones
        }
        RingGuard.awaitNoLeases(ring);
    }

    /** A full backlog and fewer slots than it holds: a multishot accept would take them all at once. */
    @Test
    void aBacklogThatIsLargerThanTheRing() throws IOException {
        ReactiveRing ring = guard.ring(Rings.withCompletionEntries(256));
        Listener listener = ring.listen(Echo.anyPort());
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(300);
            Echo.serve(listener);
            clients.exchange(0, 100, 2, 10, 1);
            assertThat(ring.counters().get(Counter.ACCEPTED)).isBetween(100L, 256L / 2); // two slots each
        }
        RingGuard.awaitNoLeases(ring);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 2000", "4096, 100", "65536, 10", "1048576, 3", "4194304, 2"})
    void everySizePipelinedAndNot(int messageBytes, int messages) throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = Echo.serve(ring);
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(4)
                    .exchange(messages, messageBytes, 1)
                    .exchange(messages, messageBytes, 32)
                    .finish();
        }
        RingGuard.awaitNoLeases(ring);
    }

    @ParameterizedTest
    @CsvSource({"1, 50, 1", "100, 50, 1", "100, 500, 32", "262144, 1, 1"})
    void oneBufferOf64BytesForAll(int messageBytes, int messages, int ahead) throws IOException {
        ReactiveRing ring = guard.ring(1, 64);
        Listener listener = Echo.serve(ring);
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(10).exchange(messages, messageBytes, ahead).finish();
        }
        RingGuard.awaitNoLeases(ring);
    }

    @Test
    void fourMebibytesThroughOneBufferOf64Bytes() throws IOException {
        ReactiveRing ring = guard.ring(1, 64);
        Listener listener = Echo.serve(ring);
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(1).exchange(1, 4 << 20, 1).finish();
        }
    }

    /** The client gets all of what it sent before the end, however late it reads. */
    @ParameterizedTest
    @CsvSource({"0", "1", "100", "100000", "3000000"})
    void theWholeEchoThenTheEnd(int bytes) throws Exception {
        ReactiveRing ring = guard.ring(8, 512);
        Listener listener = Echo.serve(ring);
        try (Peer peer = Peer.connect(listener.localAddress())) {
            Thread sender = Thread.ofPlatform()
                    .start(PeerStep.of(() -> peer.send(bytes, 10_000).endOutput()));
            peer.expect(bytes).expectEnd();
            sender.join();
        }
    }

    /** Guards the guard: a pattern that accepts everything would make all of these tests worthless. */
    @Test
    void aWrongByteIsNoticed() {
        byte[] bytes = new Pattern(3).bytes(1000, 5000);
        new Pattern(3).check(bytes, 0, bytes.length, 1000);
        assertThat(new Pattern(3).bytes(6000, 10)).isNotEqualTo(new Pattern(3).bytes(6001, 10));
        bytes[4711]++;
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Pattern(3).check(bytes, 0, bytes.length, 1000))
                .hasMessage("byte 5711 of the stream is wrong");
    }
}
