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

    /**
     * {@return the defaults of {@link RingLoopConfig} and {@link BufferRingConfig}, and threads named {@code
     * fluxring-N}}
     */
    public static ReactiveRingConfig defaults() {
        return DEFAULTS;
    }

    /**
     * {@return this configuration with another thread name}
     *
     * @param newName of the thread
     */
    public ReactiveRingConfig withName(String newName) {
        return new ReactiveRingConfig(newName, loop, buffers);
    }

    /**
     * {@return this configuration with another loop}
     *
     * @param newLoop the loop's
     */
    public ReactiveRingConfig withLoop(RingLoopConfig newLoop) {
        return new ReactiveRingConfig(name, newLoop, buffers);
    }

    /**
     * {@return this configuration with other buffers}
     *
     * @param newBuffers the group's
     */
    public ReactiveRingConfig withBuffers(BufferRingConfig newBuffers) {
        return new ReactiveRingConfig(name, loop, newBuffers);
    }
}
