package io.fluxring.reactor;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;

/**
 * How a reactive ring works. Immutable; start from {@link #defaults()}.
 *
 * @param name what the thread's name begins with
 * @param loop the loop and its ring
 * @param buffers the buffers that its connections receive into
 */
public record ReactiveRingConfig(String name, RingLoopConfig loop, BufferRingConfig buffers) {

    private static final ReactiveRingConfig DEFAULTS =
            new ReactiveRingConfig("fluxring", RingLoopConfig.defaults(), BufferRingConfig.defaults());

    /** The defaults of {@link RingLoopConfig} and {@link BufferRingConfig}, and threads named {@code fluxring-N}. */
    public static ReactiveRingConfig defaults() {
        return DEFAULTS;
    }

    /** This configuration with another thread name. */
    public ReactiveRingConfig withName(String newName) {
        return new ReactiveRingConfig(newName, loop, buffers);
    }

    /** This configuration with another loop. */
    public ReactiveRingConfig withLoop(RingLoopConfig newLoop) {
        return new ReactiveRingConfig(name, newLoop, buffers);
    }

    /** This configuration with other buffers. */
    public ReactiveRingConfig withBuffers(BufferRingConfig newBuffers) {
        return new ReactiveRingConfig(name, loop, newBuffers);
    }
}
