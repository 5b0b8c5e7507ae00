package io.fluxring.reactor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sim.Fault;
import io.fluxring.core.sim.Faults;
import io.fluxring.core.sim.Seeds;
import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.net.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The whole ring, with its own thread, on the simulated kernel: faults by seed, the order of threads by the machine. */
class ThreadedSimulationTest {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @Test
    void echoesWithAThreadOfItsOwn() {
        Seeds.few(20, ThreadedSimulationTest::echo);
    }

    private static void echo(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedKernel kernel = new SimulatedKernel(seed, Faults.swarm(seed).with(Fault.ACCEPT_REFUSED, 0))
                .threaded()
                .socketBuffers(1 + random.nextInt(500), 1 + random.nextInt(500));
        ReactiveRingConfig config = ReactiveRingConfig.defaults()
                .withLoop(
                        RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(8, 32)))
                .withBuffers(BufferRingConfig.of(4, 100));
        ReactiveRing ring = ReactiveRing.create(kernel, config);
        Listener listener = ring.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept()
                .flatMap(connection -> connection
                        .send(connection.receive())
                        .onErrorResume(e -> Mono.empty()) // a client that is gone is no reason to accept no others
                        .then(connection.close()))
                .subscribe();
        List<EchoClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(new EchoClient(kernel, listener.localAddress(), random, i + 1));
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!clients.stream().allMatch(EchoClient::isOver) && System.nanoTime() - end < 0) {
            boolean moved = false;
            for (EchoClient client : clients) {
                moved |= client.step();
            }
            if (!moved) {
                Thread.yield();
            }
        }
        assertThat(clients).as("%s", kernel).allMatch(client -> client.isOver() && client.failure() == null);
        ring.disposeLater().block(Duration.ofNanos(PATIENCE_NANOS));
        kernel.verifyNothingLeft();
    }
}
