package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * The operations on waiting: for readiness, time, processes and futexes. In the order of the kernel's header. What holds for all of them is said at
 * {@link Sqe}.
 */
public sealed interface EventSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    /**
     * Waits for events of a descriptor, {@code poll(2)}. Completes once, with the events.
     *
     * @param events {@link Libc#POLLIN} and its likes
     */
    @Prepares(Opcode.POLL_ADD)
    default Sqe prepPoll(int fd, int events) {
        return entry().write(Opcode.POLL_ADD, 0, fd, 0, 0, 0, events, 0, 0);
    }

    /** Like {@link #prepPoll}, with a completion for each wake-up of the descriptor, until it is cancelled. Since Linux 5.13. */
    @Prepares(value = Opcode.POLL_ADD, since = "5.13")
    default Sqe prepPollMultishot(int fd, int events) {
        return entry().write(Opcode.POLL_ADD, 0, fd, 0, 0, Abi.POLL_ADD_MULTI, events, 0, 0);
    }

    /**
     * Completes with {@code -ETIME} after a time, or with 0 after a number of other completions.
     *
     * @param timespecAddress {@code struct __kernel_timespec}: seconds and nanoseconds, 16 bytes; read during submission
     * @param completions the number of completions, 0 for the time alone
     * @param timeoutFlags {@link Abi#TIMEOUT_ABS} and its likes
     */
    @Prepares(Opcode.TIMEOUT)
    default Sqe prepTimeout(long timespecAddress, long completions, int timeoutFlags) {
        return entry().write(Opcode.TIMEOUT, 0, -1, completions, timespecAddress, 1, timeoutFlags, 0, 0);
    }

    /** Calls a timeout off, by its user data. */
    @Prepares(Opcode.TIMEOUT_REMOVE)
    default Sqe prepTimeoutRemove(long userData) {
        return entry().write(Opcode.TIMEOUT_REMOVE, 0, -1, 0, userData, 0, 0, 0, 0);
    }
}
