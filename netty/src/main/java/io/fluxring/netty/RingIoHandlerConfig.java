package io.fluxring.netty;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;

/**
 * What each event loop is made of.
 *
 * @param loop the ring, its queues and tables
 * @param buffers the buffers that a loop's sockets receive into. Not incremental: a Netty buffer may be written to behind its
 *     bytes, which in an incremental one belong to the next message.
 */
public record RingIoHandlerConfig(RingLoopConfig loop, BufferRingConfig buffers) {
    private static final RingIoHandlerConfig DEFAULTS =
            new RingIoHandlerConfig(RingLoopConfig.defaults(), BufferRingConfig.defaults());

    /** Refuses what a channel can't work with. */
    public RingIoHandlerConfig {
        if (buffers.incremental()) {
            throw new IllegalArgumentException("the buffers of Netty's channels can't be incremental");
        }
    }

    /** {@return the defaults of both} */
    public static RingIoHandlerConfig defaults() {
        return DEFAULTS;
    }

    /**
     * {@return this configuration with another loop}
     *
     * @param newLoop the ring, its queues and tables
     */
    public RingIoHandlerConfig withLoop(RingLoopConfig newLoop) {
        return new RingIoHandlerConfig(newLoop, buffers);
    }

    /**
     * {@return this configuration with other buffers}
     *
     * @param newBuffers the buffers that sockets receive into
     */
    public RingIoHandlerConfig withBuffers(BufferRingConfig newBuffers) {
        return new RingIoHandlerConfig(loop, newBuffers);
    }
}
