package io.fluxring.core.sim;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random lives of a loop, see {@link LoopProgram}: nothing is lost, everything ends once, everything is given back. */
class RingLoopSimulationTest {
    private static final int SEEDS = 2000;

    @Test
    void everyOperationEndsOnce() {
        Map<String, Long> totals = new TreeMap<>();
        Seeds.run(SEEDS, seed -> run(seed, totals));
        System.out.println("simulated loops: " + totals);
    }

    @Test
    @Tag("soak")
    void everyOperationEndsOnceForAWhile() {
        Seeds.soak(seed -> run(seed, new TreeMap<>()));
    }

    private static void run(long seed, Map<String, Long> totals) {
        LoopProgram program = new LoopProgram(seed);
        program.run();
        program.addTo(totals);
    }
}
