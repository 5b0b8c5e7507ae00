package io.fluxring.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Clients that never read what the server copies into its send blocks: each holds a block for ever, and the others are served. */
class StuckReadersTest {
    private static final int STUCK = 512; // four times as many as there are blocks at first
    private static final byte[] BLOCK = new byte[16 * 1024];

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    /** Answers a single byte with bytes without end, and all else with itself as heap data. */
    private static Mono<Void> serve(Connection connection) {
        Flux<byte[]> received = connection.receive().asByteArray();
        return connection.sendBytes(received.concatMap(bytes -> bytes.length == 1
                ? Flux.<ByteBuffer>generate(sink -> sink.next(ByteBuffer.wrap(BLOCK)))
                : Flux.just(ByteBuffer.wrap(bytes))));
    }

    private static int blocksOut(ReactiveRing ring) {
        return RingGuard.<Integer>ask(
                ring, loop -> loop.sendBlocks().capacity() - loop.sendBlocks().free());
    }

    @Test
    void moreThanThereWereBlocks() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        listener.handle(StuckReadersTest::serve).subscribe();
        try (Peer before = Peer.connect(listener.localAddress(), 1);
                StuckClients stuck = new StuckClients()) {
            before.echo(1000);
            stuck.connect(listener.localAddress(), STUCK);
            stuck.sendByte();
            Eventually.settles("the blocks that are out", Duration.ofMillis(300), () -> blocksOut(ring));
            assertThat(blocksOut(ring)).isEqualTo(STUCK);
            for (int i = 0; i < 20; i++) {
                before.echo(1000);
                try (Peer fresh = Peer.connect(listener.localAddress(), 2 + i)) {
                    fresh.echo(1000).endOutput().expectEnd();
                }
            }
        }
        RingGuard.awaitNoLeases(ring);
    }
}
