package io.fluxring.core.loop;

import org.jspecify.annotations.Nullable;

/**
 * What the loop tells the JVM's flight recorder. Here nobody listens; {@link FlightRecorderEvents} does where the JVM has the
 * recorder. A program on the module path resolves it with {@code --add-modules jdk.jfr}.
 */
interface LoopEvents {
    /** Nobody listens. */
    LoopEvents NONE = new LoopEvents() {};

    /** Events for a loop, as far as this JVM can record any. */
    static LoopEvents create() {
        return ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? new FlightRecorderEvents() : NONE;
    }

    /** The loop has a thread and begins. */
    default void opened(RingLoop loop, RingLoopConfig config, LoopFigures figures) {}

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

    /** Handlers are run from here on. */
    default void handlersBegin() {}

    /** Handlers were run. */
    default void handlersEnd(String kind, int count) {}
}
