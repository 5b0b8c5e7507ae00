package io.fluxring.core.sim;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Groups that grow, as {@link GrowingBuffers} says. */
class BufferGrowthProperties {
    @Property(tries = 300)
    void growingBuffers(
            @ForAll @IntRange(min = 2, max = 12) int first,
            @ForAll @IntRange(max = 60) int more,
            @ForAll boolean incremental,
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 99) Integer> commands) {
        new GrowingBuffers().run(first, first + more, incremental, commands);
    }
}
