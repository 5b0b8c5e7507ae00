package io.fluxring.reactor.sim;

import io.fluxring.core.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;

/** The echo on a kernel with all its faults, see {@link EchoProgram}: every byte comes back in order, and nothing is left. */
class EchoSimulationTest {
    private static final int SEEDS = 1000;

    /** Refused accepts are told of once a spell, which is often here. Kept, or the setting would be collected. */
    private static final Logger QUIET = Logger.getLogger("io.fluxring.reactor.net.Listener");

    private final List<Throwable> dropped = new ArrayList<>();

    @BeforeEach
    void hearOfDroppedErrors() {
        QUIET.setLevel(Level.SEVERE);
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    void forgetHooks() {
        QUIET.setLevel(null);
        Hooks.resetOnErrorDropped();
    }

    @Test
    void everyByteComesBack() {
        Map<String, Long> totals = new TreeMap<>();
        Seeds.run(SEEDS, seed -> run(seed, totals));
        System.out.println("simulated echoes: " + totals);
    }

    @Test
    @Tag("soak")
    void everyByteComesBackForAWhile() {
        Seeds.soak(seed -> run(seed, new TreeMap<>()));
    }

    private void run(long seed, Map<String, Long> totals) {
        dropped.clear();
        EchoProgram program = new EchoProgram(seed);
        program.run();
        program.addTo(totals);
        if (!dropped.isEmpty()) {
            throw new AssertionError("an error was dropped", dropped.getFirst());
        }
    }
}
