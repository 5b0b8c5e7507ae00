package io.fluxring.tests.echo;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.reactor.ReactiveRingConfig;

/** Rings that are small in one respect. */
final class Rings {
    private Rings() {}

    static ReactiveRingConfig withCompletionEntries(int entries) {
        RingConfig ring = RingConfig.defaults().withEntries(Math.min(entries, 64), entries);
        return ReactiveRingConfig.defaults().withLoop(RingLoopConfig.defaults().withRing(ring));
    }
}
