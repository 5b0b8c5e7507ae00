package io.fluxring.core.sim;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Provided buffers come and go as in the {@link BufferRingModel}. */
class BufferRingModelProperties {
    @Property(tries = 500)
    void classicBuffers(
            @ForAll @IntRange(min = 1, max = 5) int buffers,
            @ForAll @IntRange(min = 1, max = 20) int bufferBytes,
            @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 99) Integer> commands) {
        new BufferRingModel().run(buffers, bufferBytes, false, commands);
    }

    @Property(tries = 500)
    void incrementalBuffers(
            @ForAll @IntRange(min = 1, max = 5) int buffers,
            @ForAll @IntRange(min = 1, max = 20) int bufferBytes,
            @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 99) Integer> commands) {
        new BufferRingModel().run(buffers, bufferBytes, true, commands);
    }
}
