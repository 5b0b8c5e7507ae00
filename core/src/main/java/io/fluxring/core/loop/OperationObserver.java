package io.fluxring.core.loop;

/** Sees completions after the operation's own handler has. On the loop's thread. */
@FunctionalInterface
public interface OperationObserver {
    /** One completion of an operation, see {@link Operation#completed}. */
    void completed(Operation operation, int result, int flags);
}
