package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Opcode;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random mixtures of operations, see {@link MixedProgram}: what must come comes once, and in the order that was asked for. */
class MixedSimulationTest {
    private static final int SEEDS = 3000;
    private static final int OPERATIONS = 34; // of those that are simulated; scenarios touch the others

    @Test
    void whatMustComeComesOnceAndInOrder() {
        Map<String, Long> totals = new TreeMap<>();
        Set<Opcode> submitted = EnumSet.noneOf(Opcode.class);
        Seeds.run(SEEDS, seed -> submitted.addAll(run(seed, totals)));
        System.out.println("simulated mixtures: " + totals);
        if (Long.getLong("fluxring.sim.seed") == null) {
            assertThat(totals.keySet())
                    .contains("ZERO_COPY ECANCELED", "TIME_LIMIT ETIME", "READ done", "CANCEL EALREADY", "SYNC EIO");
            assertThat(submitted).hasSizeGreaterThanOrEqualTo(OPERATIONS);
        }
    }

    @Test
    @Tag("soak")
    void whatMustComeComesOnceAndInOrderForAWhile() {
        Seeds.soak(seed -> run(seed, new TreeMap<>()));
    }

    private static Set<Opcode> run(long seed, Map<String, Long> totals) {
        MixedProgram program = new MixedProgram(seed);
        program.run();
        program.addTo(totals);
        return program.submitted();
    }
}
