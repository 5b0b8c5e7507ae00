package io.fluxring.core.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, with a limit: tests never sleep and hope. */
public final class Eventually {
    /** Generous: a machine that is busy with something else must not fail a test. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Eventually() {}

    /** Waits until a condition holds. */
    public static void until(String what, BooleanSupplier condition) {
        until(() -> what, LIMIT, condition);
    }

    /**
     * Waits until a condition holds.
     *
     * @param what is asked when it does not, for the error
     */
    public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
        if (!comesTrue(limit, condition)) {
            throw new AssertionError("not within " + limit + ": " + what.get());
        }
    }

    /** Whether a condition holds before the time is up. */
    public static boolean comesTrue(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return true;
    }

    /** Waits until a figure has not changed for a while: for the end of what has no end that could be observed. */
    public static void settles(String what, Duration unchangedFor, Supplier<Object> figure) {
        long[] since = {System.nanoTime()};
        Object[] last = {figure.get()};
        until(() -> what + " to settle, now " + last[0], LIMIT, () -> {
            Object now = figure.get();
            if (!now.equals(last[0])) {
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > unchangedFor.toNanos();
        });
    }
}
