package io.fluxring.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.LoadClient;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each switch of the classic comparison, each kind of buffers: the bytes are the same. */
class EchoMatrixTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    enum Buffers {
        USUAL(BufferRingConfig.of(64, 4096)),
        ONE_OF_64_BYTES(BufferRingConfig.of(1, 64)),
        ODD(BufferRingConfig.of(7, 1000)),
        INCREMENTAL(BufferRingConfig.of(16, 16384).withIncremental()),
        INCREMENTAL_ONE(BufferRingConfig.of(1, 256).withIncremental());

        final BufferRingConfig config;

        Buffers(BufferRingConfig config) {
            this.config = config;
        }
    }

    record Setup(Buffers buffers, boolean multishot, boolean direct, boolean batch, boolean sqPoll, boolean async) {
        ReactiveRingConfig ring() {
            RingLoopConfig loop = RingLoopConfig.defaults();
            if (sqPoll) {
                loop = loop.withRing(RingConfig.defaults().withSqPoll(50));
            }
            if (direct) {
                loop = loop.withDirectDescriptors(256);
            }
            if (batch) {
                loop = loop.withBatch(64, 500);
            }
            return ReactiveRingConfig.defaults().withLoop(loop).withBuffers(buffers.config);
        }

        ListenOptions options() {
            return ListenOptions.defaults()
                    .withBacklog(128) // no more than there are direct descriptors, or accept is not multishot
                    .withMultishot(multishot)
                    .withDirect(direct)
                    .withAsync(async);
        }
    }

    static List<Setup> setups() {
        List<Setup> all = new ArrayList<>();
        for (Buffers buffers : Buffers.values()) {
            for (int switches = 0; switches < 8; switches++) {
                all.add(new Setup(
                        buffers, (switches & 1) == 0, (switches & 2) != 0, (switches & 4) != 0, false, false));
            }
        }
        for (Buffers buffers : List.of(Buffers.USUAL, Buffers.ONE_OF_64_BYTES)) {
            for (int switches = 0; switches < 4; switches++) {
                boolean multishot = (switches & 1) == 0;
                boolean direct = (switches & 2) != 0;
                all.add(new Setup(buffers, multishot, direct, false, true, false));
                all.add(new Setup(buffers, multishot, direct, false, false, true));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void everyByteComesBack(Setup setup) throws IOException {
        boolean slow = setup.buffers.config.buffers() == 1 && setup.batch;
        ReactiveRing ring = guard.ring(setup.ring());
        Listener listener = Echo.serve(ring, setup.options());
        try (LoadClient clients = new LoadClient(listener.localAddress(), LIMIT)) {
            clients.connect(20);
            clients.exchange(slow ? 2 : 20, 1, 1); // one byte, request and answer
            clients.exchange(slow ? 10 : 100, 13, 10); // pipelined
            clients.exchange(1, slow ? 1_000 : 30_000, 1); // over several buffers
            clients.finish();
        }
        RingGuard.awaitNoLeases(ring);
        assertThat(ring.counters().toString()).contains("stale 0", "handler-failures 0");
    }
}
