package io.fluxring.core.sim;

import java.util.function.LongConsumer;

/**
 * Runs a test over many seeds. One that fails is named in the failure; {@code -Dfluxring.sim.seed=N} runs it alone, with a trace of
 * what the kernel did. {@code -Dfluxring.sim.seeds=N} says how many, {@code -Dfluxring.sim.first=N} which is the first.
 */
public final class Seeds {
    private static final long SOAK_MILLIS = Long.getLong("fluxring.sim.soakMillis", 60_000L);

    private Seeds() {}

    /** So many seeds from 1 on, the same ones in each build, or what the system properties say. */
    public static void run(int count, LongConsumer test) {
        Long only = Long.getLong("fluxring.sim.seed");
        if (only != null) {
            run(only, test);
            return;
        }
        long first = Long.getLong("fluxring.sim.first", 1L);
        long last = first + Integer.getInteger("fluxring.sim.seeds", count);
        for (long seed = first; seed < last; seed++) {
            run(seed, test);
        }
    }

    /** As {@link #run}, with a count that no system property changes: for tests whose seeds take real time. */
    public static void few(int count, LongConsumer test) {
        Long only = Long.getLong("fluxring.sim.seed");
        for (long seed = only == null ? 1 : only; seed <= (only == null ? count : only); seed++) {
            run(seed, test);
        }
    }

    /** Seeds that no build has seen, for as long as {@code -Dfluxring.sim.soakMillis=N} says; a minute by default. */
    public static void soak(LongConsumer test) {
        long first = System.currentTimeMillis() * 1_000_000L;
        long end = System.nanoTime() + SOAK_MILLIS * 1_000_000L;
        for (long seed = first; System.nanoTime() - end < 0; seed++) {
            run(seed, test);
        }
    }

    private static void run(long seed, LongConsumer test) {
        try {
            test.accept(seed);
        } catch (Exception | Error e) {
            throw new AssertionError("seed " + seed + ": run it again with -Dfluxring.sim.seed=" + seed, e);
        }
    }
}
