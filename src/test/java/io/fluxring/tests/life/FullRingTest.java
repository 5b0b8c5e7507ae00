package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.log.CollectedLog;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.net.Acceptor;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More clients than a ring has places for: the rest wait in the backlog, with a count and one line, and are served in time. */
class FullRingTest {
    private static final int PLACES = 15;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final CollectedLog log = new CollectedLog(Acceptor.class);

    @AfterEach
    void forgetTheLog() {
        log.close();
    }

    private static ReactiveRingConfig config(boolean direct) {
        RingConfig ring = RingConfig.defaults();
        RingLoopConfig loop = direct
                ? RingLoopConfig.defaults().withDirectDescriptors(PLACES)
                : RingLoopConfig.defaults().withRing(ring.withEntries(16, 2 * PLACES + 2));
        return ReactiveRingConfig.defaults().withLoop(loop);
    }

    private List<String> linesWith(String part) {
        return log.lines().stream().filter(line -> line.contains(part)).toList();
    }

    private static long accepted(ReactiveRing ring) {
        return ring.counters().get(Counter.ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource({"false, the loop's slots are taken", "true, every direct descriptor is taken"})
    void theRestWaits(boolean direct, String reason) throws IOException {
        ReactiveRing ring = guard.ring(config(direct));
        Listener listener =
                Echo.serve(ring, ListenOptions.defaults().withDirect(direct).withMultishot(false));
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 3 * PLACES; i++) {
            peers.add(Peer.connect(listener.localAddress(), i).send(10));
        }
        Eventually.until("a pause", () -> ring.counters().get(Counter.ACCEPT_FULL) > 0);
        long first = accepted(ring);
        assertThat(first).isBetween((long) PLACES - 1, (long) PLACES + 1);
        for (int i = 0; i < first; i++) {
            peers.get(i).expect(10).echo(10);
        }
        assertThat(linesWith("cannot accept"))
                .singleElement()
                .asString()
                .contains(reason, "configure the", "connections wait in the backlog meanwhile");
        int next = 0;
        while (!peers.isEmpty()) { // each that leaves makes a place
            Peer leaving = peers.removeFirst();
            if (next++ >= first) {
                leaving.expect(10);
            }
            leaving.echo(10).endOutput().expectEnd();
            leaving.close();
        }
        assertThat(accepted(ring)).isEqualTo(3 * PLACES);
        assertThat(linesWith("cannot accept")).hasSize(1);
        Eventually.until(
                () -> "a line about the end: " + log.lines(),
                Eventually.LIMIT,
                () -> linesWith("accepts again").size() == 1);
        assertThat(ring.counters().get(Counter.ACCEPT_DISCARDED)).isZero();
    }
}
