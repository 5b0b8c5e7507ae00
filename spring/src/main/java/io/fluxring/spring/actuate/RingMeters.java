package io.fluxring.spring.actuate;

import io.fluxring.reactor.metrics.RingMetrics;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.loops.ApplicationLoops.NamedLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.context.SmartLifecycle;

/**
 * The meters of an application's rings, each with the name of its loop's thread as the tag {@code ring}. The registries come when the
 * beans are made, the loops with each start of the context; they go with its stop, so that no registry shows rings that have ended.
 */
public final class RingMeters implements MeterBinder, SmartLifecycle {
    private final ApplicationLoops loops;
    private final Object lock = new Object();
    private final Set<MeterRegistry> registries = new LinkedHashSet<>();
    private final List<RingMetrics> meters = new ArrayList<>();
    private boolean running;

    /**
     * Meters that are not bound yet.
     *
     * @param loops the application's
     */
    public RingMeters(ApplicationLoops loops) {
        this.loops = loops;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        synchronized (lock) {
            if (registries.add(registry)) {
                meters.forEach(each -> each.bindTo(registry));
            }
        }
    }

    @Override
    public void start() {
        synchronized (lock) {
            if (running) {
                return;
            }
            for (NamedLoop each : loops.rings()) {
                RingMetrics ofLoop = new RingMetrics(each.loop(), each.name());
                registries.forEach(ofLoop::bindTo);
                meters.add(ofLoop);
            }
            running = true;
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            meters.forEach(RingMetrics::close);
            meters.clear();
            running = false;
        }
    }

    @Override
    public boolean isRunning() {
        synchronized (lock) {
            return running;
        }
    }

    /** The loops run on in a pause. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Behind the factory, which makes the loops in phase 0, and before it at the end. */
    @Override
    public int getPhase() {
        return 1;
    }
}
