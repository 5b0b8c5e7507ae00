package io.fluxring.core.sim;

import java.util.ArrayList;
import java.util.List;

/** Buffers that were provided by operations, one after the other. */
final class LegacyGroup extends BufferGroup {
    private final List<Buffer> buffers = new ArrayList<>();

    LegacyGroup(SimulatedKernel kernel) {
        super(kernel);
    }

    void add(Buffer buffer) {
        take(buffer);
        buffers.add(buffer);
    }

    /** Gives so many buffers back, or all. How many. */
    int remove(int most) {
        int count = Math.min(most, buffers.size());
        for (int i = 0; i < count; i++) {
            giveBack();
        }
        return count;
    }

    @Override
    Buffer at(int ahead) {
        return buffers.get(ahead);
    }

    @Override
    void next() {
        buffers.removeFirst();
    }

    @Override
    int available() {
        return buffers.size();
    }

    @Override
    boolean keeps(Buffer buffer, int bytes) {
        return false;
    }
}
