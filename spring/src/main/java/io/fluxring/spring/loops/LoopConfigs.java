package io.fluxring.spring.loops;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.netty.RingIoHandlerConfig;
import io.fluxring.spring.RingProperties;

/** What the properties say of a loop, as the transport takes it. */
final class LoopConfigs {
    private LoopConfigs() {}

    /**
     * {@return the configuration of each loop}
     *
     * @param properties the application's
     * @throws IllegalArgumentException when a number is out of its range
     */
    static RingIoHandlerConfig of(RingProperties properties) {
        RingConfig ring = RingConfig.defaults()
                .withEntries(
                        properties.ring().submissionEntries(), properties.ring().completionEntries());
        RingProperties.Buffers buffers = properties.buffers();
        BufferRingConfig receive = BufferRingConfig.of(
                        buffers.count(), Math.toIntExact(buffers.size().toBytes()))
                .withMostBuffers(buffers.most());
        return new RingIoHandlerConfig(RingLoopConfig.defaults().withRing(ring), receive);
    }
}
