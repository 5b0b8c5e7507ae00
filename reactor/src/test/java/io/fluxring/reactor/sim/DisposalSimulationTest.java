package io.fluxring.reactor.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.IncompleteCloseException;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The disposal of a ring whose kernel never gives an operation back. */
class DisposalSimulationTest {
    private static final Logger QUIET = Logger.getLogger(RingLoop.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @BeforeEach
    void quiet() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        QUIET.setLevel(null);
    }

    @Test
    void anIncompleteDisposalIsAnError() {
        SimulatedKernel kernel = new SimulatedKernel(5).threaded();
        ReactiveRing ring = ReactiveRing.create(
                kernel,
                ReactiveRingConfig.defaults()
                        .withLoop(RingLoopConfig.defaults()
                                .withRing(RingConfig.defaults().withEntries(8, 32))
                                .withCloseTimeoutNanos(100_000_000L)));
        ring.submit(Flux.just(new Op.Timeout(Duration.ofHours(1)))).subscribe(completion -> {}, failure -> {});
        // Behind the submission, which a loop that closes already would refuse; and by the loop's own thread, which
        // must
        // not sleep in a kernel that is stuck.
        CompletableFuture.runAsync(() -> ring.loop().addCloseHook(kernel::neverCompletes), ring.loop())
                .join();
        assertThatThrownBy(() -> ring.disposeLater().block(LIMIT))
                .isInstanceOfSatisfying(IncompleteCloseException.class, e -> {
                    assertThat(e.operations()).isPositive();
                    assertThat(e.dump()).contains("TIMEOUT");
                })
                .hasMessageContaining("kept for ever");
        assertThatThrownBy(() -> ring.disposeLater().block(LIMIT))
                .as("each time it is asked")
                .isInstanceOf(IncompleteCloseException.class);
        assertThat(ring.isDisposed()).isTrue();
        kernel.verify(); // neither unmapped nor closed under the operation
    }
}
