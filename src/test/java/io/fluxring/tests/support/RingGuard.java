package io.fluxring.tests.support;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.LeasePool;
import io.fluxring.core.testing.Descriptors;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Hooks;

/**
 * Makes the rings of a test, and looks after it that nothing of them is left: no live operation, no live lease, no reserved
 * slot, as many open descriptors as before. Nor may a handler have failed or an error been dropped.
 *
 * <p>An extension of JUnit; others call {@link #begin} and {@link #end}.
 */
public final class RingGuard implements BeforeEachCallback, AfterEachCallback {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);
    private static final String DROPPED_HOOK = "ring-guard";

    private final List<ReactiveRing> rings = new ArrayList<>();
    private final Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();
    private Map<String, Integer> before = Map.of();
    private boolean handlersMayFail;

    static {
        Descriptors.warmUp();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            end();
        } catch (AssertionError leak) {
            if (context.getExecutionException().isEmpty()) {
                throw leak;
            }
            context.getExecutionException().get().addSuppressed(leak);
        }
    }

    /** Counts what is there before a test. */
    public void begin() {
        rings.clear();
        dropped.clear();
        handlersMayFail = false;
        before = Descriptors.count();
        Hooks.onErrorDropped(dropped::add);
    }

    /** Disposes of the rings and looks what is left. */
    public void end() {
        try {
            for (ReactiveRing ring : rings) {
                ring.disposeLater().block(CLOSE_LIMIT);
            }
            rings.forEach(this::requireEmpty);
        } finally {
            Hooks.resetOnErrorDropped();
            rings.clear();
        }
        if (!dropped.isEmpty()) {
            throw new AssertionError("errors were dropped: " + dropped, dropped.peek());
        }
        Eventually.until(
                () -> "as many descriptors as before, " + before + ", but there are " + Descriptors.count(),
                Eventually.LIMIT,
                () -> Descriptors.count().equals(before));
    }

    private void requireEmpty(ReactiveRing ring) {
        RingLoop loop = ring.loop();
        List<String> left = new ArrayList<>();
        if (loop.liveOperations() != 0) {
            left.add(loop.liveOperations() + " live operations");
        }
        if (loop.liveLeases() != 0) {
            left.add(loop.liveLeases() + " live leases" + places(loop));
        }
        if (!loop.toString().contains(", 0 reserved")) {
            left.add("reserved slots");
        }
        if (!handlersMayFail && ring.counters().get(Counter.HANDLER_FAILURES) != 0) {
            left.add(ring.counters().get(Counter.HANDLER_FAILURES) + " handlers that failed");
        }
        if (!left.isEmpty()) {
            throw new AssertionError("the ring leaves " + left + ": " + loop);
        }
    }

    private static String places(RingLoop loop) {
        StringWriter text = new StringWriter();
        for (LeasePool pool : loop.pools()) {
            Map<BufferLease, Throwable> live = pool.audit().live();
            live.values().stream().limit(2).forEach(place -> {
                text.append(System.lineSeparator());
                place.printStackTrace(new PrintWriter(text, true));
            });
        }
        return text.toString();
    }

    // ---- for tests

    /** A ring with the defaults. */
    public ReactiveRing ring() {
        return ring(ReactiveRingConfig.defaults());
    }

    /** A ring with so many buffers, each of that size. */
    public ReactiveRing ring(int buffers, int bufferBytes) {
        return ring(ReactiveRingConfig.defaults().withBuffers(BufferRingConfig.of(buffers, bufferBytes)));
    }

    /** A ring that is disposed of after the test. */
    public ReactiveRing ring(ReactiveRingConfig config) {
        ReactiveRing ring = ReactiveRing.create(config);
        rings.add(ring);
        return ring;
    }

    /** This test makes handlers throw, or errors be dropped, on purpose. */
    public void handlersMayFail() {
        handlersMayFail = true;
    }

    /** Errors that were dropped so far; taken out, as they are wanted. */
    public List<Throwable> takeDropped() {
        List<Throwable> taken = new ArrayList<>();
        for (Throwable each = dropped.poll(); each != null; each = dropped.poll()) {
            taken.add(each);
        }
        return taken;
    }

    /** Asks a loop something, on its thread. */
    public static <T extends @Nullable Object> T ask(ReactiveRing ring, Function<RingLoop, T> question) {
        return CompletableFuture.supplyAsync(() -> question.apply(ring.loop()), ring.loop())
                .join();
    }

    /** Waits until all leases have come back although the ring goes on. */
    public static void awaitNoLeases(ReactiveRing ring) {
        Eventually.until(
                () -> "no live lease: " + ring.loop() + places(ring.loop()),
                Eventually.LIMIT,
                () -> ask(ring, RingLoop::liveLeases) == 0);
    }

    /** Waits until so many operations are in flight. */
    public static void awaitOperations(ReactiveRing ring, int count) {
        Eventually.until(
                () -> count + " operations in flight: " + ring.dump().block(),
                Eventually.LIMIT,
                () -> ask(ring, RingLoop::liveOperations) == count);
    }
}
