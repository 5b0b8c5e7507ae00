package io.fluxring.core.sim;

import io.fluxring.core.loop.RingLoop;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random lives of files on a loop, see {@link FileReadProgram} and {@link FileWriteProgram}. */
class FileSimulationTest {
    private static final int SEEDS = 400;
    private static final Logger LOG = Logger.getLogger(RingLoop.class.getName());

    @BeforeEach
    void quiet() {
        LOG.setLevel(Level.OFF); // handlers throw on purpose
    }

    @AfterEach
    void loud() {
        LOG.setLevel(null);
    }

    @Test
    void whatIsReadIsTheFiles() {
        Map<String, Long> totals = new TreeMap<>();
        Seeds.run(SEEDS, seed -> read(seed, totals));
        System.out.println("simulated reads of files: " + totals);
    }

    @Test
    void whatIsWrittenIsCounted() {
        Map<String, Long> totals = new TreeMap<>();
        Seeds.run(SEEDS, seed -> write(seed, totals));
        System.out.println("simulated writes to files: " + totals);
    }

    @Test
    @Tag("soak")
    void forAWhile() {
        Seeds.soak(seed -> {
            read(seed, new TreeMap<>());
            write(seed, new TreeMap<>());
        });
    }

    private static void read(long seed, Map<String, Long> totals) {
        FileReadProgram program = new FileReadProgram(seed);
        program.run();
        program.addTo(totals);
    }

    private static void write(long seed, Map<String, Long> totals) {
        FileWriteProgram program = new FileWriteProgram(seed);
        program.run();
        program.addTo(totals);
    }
}
