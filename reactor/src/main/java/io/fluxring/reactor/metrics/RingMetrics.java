package io.fluxring.reactor.metrics;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.LeasePool;
import io.fluxring.reactor.ReactiveRing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;

/**
 * Meters of a ring: a counter {@code fluxring.*} for each of {@link Counter}, such as {@code fluxring.enters}, and gauges of what
 * it has in use. The bytes are {@code fluxring.received} and {@code fluxring.sent}, with their unit. The gauges:
 *
 * <ul>
 *   <li>{@code fluxring.operations}: in flight
 *   <li>{@code fluxring.slots.free}: for further operations
 *   <li>{@code fluxring.leases}: of buffers that are out
 *   <li>{@code fluxring.buffers}, {@code fluxring.buffers.free}: of all its pools
 * </ul>
 *
 * <p>All carry the tag {@code ring}, and none that grows with connections. They are read when the registry asks; the ring does
 * nothing for them, and is not kept reachable. Any thread.
 */
@SuppressWarnings("exports") // who has a registry has Micrometer
public final class RingMetrics implements MeterBinder, AutoCloseable {
    private static final String PREFIX = "fluxring.";

    private record Bound(MeterRegistry registry, Meter meter) {}

    private final RingLoop loop;
    private final Tags tags;
    private final Queue<Bound> bound = new ConcurrentLinkedQueue<>();

    /**
     * The meters of a ring, not registered yet.
     *
     * @param ring the ring's handle
     * @param name the value of the tag {@code ring}, different from other rings'
     */
    public RingMetrics(ReactiveRing ring, String name) {
        this(ring.loop(), name);
    }

    /**
     * The meters of a loop, not registered yet; of one that an event loop of Netty drives, for example:
     *
     * {@snippet :
     * resources.onServer(true).forEach(each -> each.execute(() -> { // an event loop starts with its first task
     *     RingLoop loop = RingIoHandler.loopOf(each);
     *     new RingMetrics(loop, Thread.currentThread().getName()).bindTo(registry);
     * }));
     * }
     *
     * @param loop the loop
     * @param name the value of the tag {@code ring}, different from other loops'
     */
    public RingMetrics(RingLoop loop, String name) {
        this.loop = loop;
        this.tags = Tags.of("ring", name);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Counter counter : Counter.values()) {
            FunctionCounter meter = FunctionCounter.builder(
                            name(counter), loop, each -> each.counters().get(counter))
                    .description(counter.description())
                    .baseUnit(countsBytes(counter) ? BaseUnits.BYTES : null)
                    .tags(tags)
                    .register(registry);
            bound.add(new Bound(registry, meter));
        }
        gauge(registry, "operations", "operations in flight", RingLoop::liveOperations);
        gauge(registry, "slots.free", "slots that are neither used nor reserved", RingLoop::freeSlots);
        gauge(registry, "leases", "leases of buffers that are out", RingLoop::liveLeases);
        gauge(registry, "buffers", "buffers of all pools", loop -> sum(loop, LeasePool::capacity));
        gauge(registry, "buffers.free", "buffers that no lease has", loop -> sum(loop, LeasePool::free));
    }

    private static boolean countsBytes(Counter counter) {
        return counter == Counter.BYTES_RECEIVED || counter == Counter.BYTES_SENT;
    }

    /** A registry that puts the unit behind the name would say it twice. */
    private static String name(Counter counter) {
        return switch (counter) {
            case BYTES_RECEIVED -> PREFIX + "received";
            case BYTES_SENT -> PREFIX + "sent";
            default -> PREFIX + counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
        };
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<RingLoop> figure) {
        Gauge gauge = Gauge.builder(PREFIX + name, loop, figure)
                .description(description)
                .tags(tags)
                .register(registry);
        bound.add(new Bound(registry, gauge));
    }

    private static double sum(RingLoop loop, ToDoubleFunction<LeasePool> figure) {
        return loop.pools().stream().mapToDouble(figure).sum();
    }

    /** Takes the meters out of every registry that they were bound to; after the ring's end, for example. */
    @Override
    public void close() {
        for (Bound each = bound.poll(); each != null; each = bound.poll()) {
            each.registry().remove(each.meter());
        }
    }
}
