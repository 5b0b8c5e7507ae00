package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;
import org.junit.jupiter.api.Test;

/** The least: a loop lives on the simulated kernel. */
class SimulatedLoopTest {
    @Test
    void noOperationGoesThroughALoop() {
        SimulatedKernel kernel = new SimulatedKernel(1);
        RingLoop loop = RingLoop.open(
                kernel, RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 8)));
        loop.attach();
        int[] results = {-1};
        loop.submit(new Operation(Opcode.NOP) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepNop(42);
            }

            @Override
            protected void completed(int result, int flags) {
                results[0] = result;
            }
        });
        loop.tick(0);
        assertThat(results[0]).isEqualTo(42);
        loop.close();
        kernel.verifyNothingLeft();
    }
}
