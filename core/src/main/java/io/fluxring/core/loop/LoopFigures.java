package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.LeasePool;
import java.util.function.ToIntFunction;

/**
 * What can be read of a loop while it runs, by any thread: each figure is one that the loop has, or had a moment ago; their set is
 * not a snapshot.
 */
record LoopFigures(
        RingCounters counters, OperationTable table, OperationQueue operations, TaskQueue tasks, LoopMemory memory) {

    long count(Counter counter) {
        return counters.get(counter);
    }

    int liveSlots() {
        return table.live();
    }

    int reservedSlots() {
        return table.reserved();
    }

    int slots() {
        return table.capacity();
    }

    int queuedOperations() {
        return operations.waiting();
    }

    int waitingTasks() {
        return tasks.size();
    }

    int freeBuffers() {
        return sumOfGroups(LeasePool::free);
    }

    int buffers() {
        return sumOfGroups(LeasePool::capacity);
    }

    int leases() {
        return memory.liveLeases();
    }

    private int sumOfGroups(ToIntFunction<LeasePool> figure) {
        return memory.pools().stream()
                .filter(BufferRing.class::isInstance)
                .mapToInt(figure)
                .sum();
    }
}
