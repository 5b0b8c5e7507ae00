package io.fluxring.tests.soak;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Operations of mixed kinds on one loop, with cancels and closes at random, until there were enough of them. The queues
 * are small on purpose: operations wait in line, and completions overflow now and then.
 */
final class Soak implements AutoCloseable {
    private static final int DEPTH = 192;
    private static final int SQ_ENTRIES = 64;
    private static final int CQ_ENTRIES = 128;
    private static final int DIRECT_DESCRIPTORS = 32;
    private static final double CANCELS = 0.03;
    private static final long TICK_NANOS = 1_000_000L;

    private final Random random;
    private final RingLoop loop;
    private final Ledger ledger = new Ledger();
    private final List<Traffic> traffic;
    private volatile @Nullable Throwable failure;
    private boolean closing;

    Soak(Path folder, long seed) {
        random = new Random(seed);
        loop = RingLoop.open(RingLoopConfig.defaults()
                .withRing(RingConfig.defaults().withEntries(SQ_ENTRIES, CQ_ENTRIES))
                .withDirectDescriptors(DIRECT_DESCRIPTORS));
        loop.attach();
        traffic = List.of(
                new NopTraffic(this),
                new TimerTraffic(this),
                new FileTraffic(this, folder),
                new OpenCloseTraffic(this, folder),
                new PathTraffic(this, folder),
                new ChainTraffic(this, folder),
                new PipeTraffic(this),
                new StreamTraffic(this));
    }

    RingLoop loop() {
        return loop;
    }

    Ledger ledger() {
        return ledger;
    }

    Random random() {
        return random;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Whether everything is being cancelled. */
    boolean isClosing() {
        return closing;
    }

    /** Keeps a failure; any thread. */
    void fail(Throwable e) {
        failure = e;
    }

    /** Runs what an operation does with its completion, and keeps the first failure: the loop itself only reports it. */
    void guard(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            if (failure == null) {
                failure = e;
            }
        }
    }

    /** Starts, cancels and ticks once. */
    void step() {
        for (int tries = 0; tries < DEPTH / 2 && ledger.inFlight() < DEPTH; tries++) {
            traffic.get(random.nextInt(traffic.size())).begin();
            if (chance(CANCELS) && ledger.inFlight() > 0) {
                ledger.any(random).cancel();
            }
        }
        if (ledger.inFlight() > DEPTH / 2 && chance(CANCELS)) {
            ledger.any(random).cancel(); // those that wait for ever must not take all places
        }
        loop.tick(TICK_NANOS);
        rethrow();
    }

    private void rethrow() {
        if (failure != null) {
            throw new AssertionError("the soak has failed: " + ledger + System.lineSeparator() + loop.dump(), failure);
        }
    }

    /** Closes the loop with all that is in flight, and holds the ledger to account. */
    @Override
    public void close() {
        closing = true;
        traffic.forEach(Traffic::stop);
        loop.close();
        traffic.forEach(each -> each.closeDescriptors(loop.kernel()));
        rethrow();
        if (ledger.inFlight() != 0 || ledger.started() != ledger.ended()) {
            throw new AssertionError("operations are lost: " + ledger);
        }
    }

    /** Resident memory of this process, in bytes. */
    static long residentBytes() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
