package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random mixtures of operations, see {@link MixedProgram}: what must come comes once, and in the order that was asked for. */
class MixedSimulationTest {
    private static final int SEEDS = 3000;

    @Test
    void whatMustComeComesOnceAndInOrder() {
        Map<String, Long> totals = new TreeMap<>();
        Seeds.run(SEEDS, seed -> run(seed, totals));
        System.out.println("simulated mixtures: " + totals);
        if (Long.getLong("fluxring.sim.seed") == null) {
            assertThat(totals.keySet())
                    .contains("ZERO_COPY ECANCELED", "TIME_LIMIT ETIME", "READ done", "CANCEL EALREADY", "SYNC EIO");
        }
    }

    @Test
    @Tag("soak")
    void whatMustComeComesOnceAndInOrderForAWhile() {
        Seeds.soak(seed -> run(seed, new TreeMap<>()));
    }

    private static void run(long seed, Map<String, Long> totals) {
        MixedProgram program = new MixedProgram(seed);
        program.run();
        program.addTo(totals);
    }
}
