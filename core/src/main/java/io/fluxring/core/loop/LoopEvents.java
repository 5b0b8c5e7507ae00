package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.LeasePool;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the loop tells the JVM's flight recorder. Here nothing listens; {@link FlightRecorderEvents} does where the JVM has the
 * recorder. A program on the module path resolves it with {@code --add-modules jdk.jfr}.
 */
interface LoopEvents {
    /** Nothing listens. */
    LoopEvents NONE = new LoopEvents() {};

    /** Events for a loop, as far as this JVM can record any. */
    static LoopEvents create() {
        return ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? new FlightRecorderEvents() : NONE;
    }

    /** The loop has a thread and begins. */
    default void opened(RingLoop loop, RingLoopConfig config, Figures figures) {}

    /** The loop has ended, and has given everything back. */
    default void closed(RingLoop loop) {}

    /** The loop has ended with operations that the kernel did not give back. */
    default void keptForEver(RingLoop loop, int operations, String dump) {}

    /** The completion queue was full. */
    default void overflowed(RingLoop loop) {}

    /** An operation has ended with an error. */
    default void operationFailed(Operation operation, int result) {}

    /** A handler has thrown. */
    default void handlerFailed(@Nullable Object handler, Throwable failure) {}

    /** Whether {@link #handlersBegin} and {@link #handlersEnd} want to be called in this round. */
    default boolean timesHandlers() {
        return false;
    }

    /** Handlers are run from here on. */
    default void handlersBegin() {}

    /** Handlers were run. */
    default void handlersEnd(String kind, int count) {}

    /**
     * What can be read of a loop while it runs, by any thread: each figure is one that the loop has, or had a moment ago; their set is
     * not a snapshot.
     */
    record Figures(
            RingCounters counters,
            OperationTable table,
            OperationQueue operations,
            TaskQueue tasks,
            LoopMemory memory) {

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
            return operations.inLine();
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
}
