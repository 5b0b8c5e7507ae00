package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.PeerException;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class PeersThatGoTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @Test
    void shutdownOutputIsHalfAClose() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.connection()
                    .sendBytes(Flux.just(ByteBuffer.wrap(new io.fluxring.tests.support.Pattern(0).bytes(0, 10))))
                    .then(pair.connection().shutdownOutput())
                    .block(LIMIT);
            pair.peer().expect(10).expectEnd();
            pair.peer().send(20).endOutput(); // the other direction goes on
            assertThat(pair.connection()
                            .receive(BufferLease::lengthBytes)
                            .reduce(0, Integer::sum)
                            .block(LIMIT))
                    .isEqualTo(20);
            StepVerifier.create(pair.connection().sendBytes(Flux.just(ByteBuffer.allocate(1))))
                    .expectErrorSatisfies(
                            e -> assertThat(((PeerException) e).errno()).isEqualTo(Errno.EPIPE))
                    .verify(LIMIT);
        }
    }

    @Test
    void aResetWhileReceiving() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            StepVerifier.create(pair.connection().receive(BufferLease::lengthBytes))
                    .then(PeerStep.of(() -> pair.peer().send(5)))
                    .expectNext(5)
                    .then(PeerStep.of(pair.peer()::reset))
                    .expectErrorSatisfies(e -> {
                        assertThat(e)
                                .isInstanceOf(PeerException.class)
                                .hasMessageMatching("RECV fd=\\d+: ECONNRESET .*");
                        assertThat(((PeerException) e).errno()).isEqualTo(Errno.ECONNRESET);
                    })
                    .verify(LIMIT);
            StepVerifier.create(pair.connection().receive().retain()) // and again
                    .expectError(PeerException.class)
                    .verify(LIMIT);
        }
    }

    @Test
    void aResetWhileSending() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Flux<ByteBuffer> endless = Flux.generate(sink -> sink.next(ByteBuffer.allocateDirect(100_000)));
            StepVerifier.create(pair.connection().sendBytes(endless))
                    .then(() -> Eventually.settles(
                            "the socket is full",
                            Duration.ofMillis(50),
                            () -> ring.counters().toString()))
                    .then(PeerStep.of(pair.peer()::reset))
                    .expectError(PeerException.class)
                    .verify(LIMIT);
        }
    }

    @Test
    void manyResetsInTheMiddleOfEchos() throws IOException {
        ReactiveRing ring = guard.ring(64, 512);
        Listener listener = Echo.serve(ring);
        try (Peer witness = Peer.connect(listener.localAddress())) {
            for (int i = 0; i < 300; i++) {
                Peer peer = Peer.connect(listener.localAddress());
                peer.send(1 + i * 37 % 5000);
                if (i % 3 == 0) {
                    peer.expect(1);
                }
                if (i % 2 == 0) {
                    peer.reset();
                } else {
                    peer.close();
                }
                if (i % 20 == 0) {
                    witness.echo(100);
                }
            }
            witness.echo(10_000).endOutput().expectEnd();
        }
        RingGuard.awaitNoLeases(ring);
        RingGuard.awaitOperations(ring, 1); // the accept
    }

    /** Client processes with many connections, killed in the middle of everything. */
    @ParameterizedTest
    @CsvSource({"64, every", "2048, two of three"})
    void killedClients(int buffers, String read) throws Exception {
        ReactiveRing ring = guard.ring(buffers, 1024);
        Listener listener = Echo.serve(ring);
        String port = String.valueOf(listener.localAddress().getPort());
        List<ChildJvm> children = new ArrayList<>();
        try (Peer witness = Peer.connect(listener.localAddress())) {
            for (int i = 0; i < 2; i++) {
                children.add(ChildJvm.start(BusyClients.class, port, "50", read));
            }
            for (ChildJvm child : children) {
                child.awaitOutput("busy");
            }
            witness.echo(1000);
            for (ChildJvm child : children) {
                child.kill();
            }
            witness.echo(1000).endOutput().expectEnd();
        }
        RingGuard.awaitNoLeases(ring);
        RingGuard.awaitOperations(ring, 1);
        assertThat(ring.counters().toString()).contains("accepted 101");
    }
}
