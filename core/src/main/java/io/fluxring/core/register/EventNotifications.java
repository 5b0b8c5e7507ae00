package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Has completions tick an eventfd ({@code io_uring_register_eventfd(3)}), for a thread that waits for other things in
 * {@code epoll_wait(2)} or its like. A tick is a hint: a batch of completions ticks once, a tick may come when nothing is left to
 * take, and with deferred work ({@code IORING_SETUP_DEFER_TASKRUN}) it comes before the completion itself, which is posted when
 * the owner next enters the ring.
 *
 * <p>{@link io.fluxring.core.ring.CompletionQueue#eventFdEnabled} holds ticks back for a while.
 *
 * <p>A ring has one eventfd at most. It holds the file by a reference of its own. On the ring's owner thread only, once the ring
 * is enabled; others get {@code -EEXIST}. Methods return 0, or a negated errno.
 */
public final class EventNotifications {
    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public EventNotifications(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Each batch of completions ticks. Since Linux 5.2.
     *
     * @param eventFd an {@code eventfd(2)}
     * @return 0; {@code -EBUSY} when there is one already, {@code -EBADF} or {@code -EINVAL} for something else than an eventfd
     */
    @Registers(RegisterOperation.EVENTFD)
    public int register(int eventFd) {
        return call(RegisterOperation.EVENTFD, eventFd);
    }

    /**
     * Like {@link #register}, only for completions of operations that a worker thread of the kernel ran. Since Linux 5.6.
     *
     * @param eventFd the descriptor
     * @return as {@link #register}
     */
    @Registers(RegisterOperation.EVENTFD_ASYNC)
    public int registerAsync(int eventFd) {
        return call(RegisterOperation.EVENTFD_ASYNC, eventFd);
    }

    /**
     * No more ticks. Since Linux 5.2; {@code -ENXIO} when there is no eventfd.
     *
     * @return 0, or a negated errno
     */
    @Registers(RegisterOperation.UNREGISTER_EVENTFD)
    public int unregister() {
        return ring.register(RegisterOperation.UNREGISTER_EVENTFD, 0L, 0);
    }

    private int call(RegisterOperation operation, int eventFd) {
        if (eventFd < 0) {
            throw new IllegalArgumentException("not a descriptor: " + eventFd);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptor = arena.allocate(Integer.BYTES, Integer.BYTES);
            Access.putInt(descriptor, 0, eventFd);
            return ring.register(operation, descriptor.address(), 1);
        }
    }
}
