package io.fluxring.core.sys.call;

import io.fluxring.core.sys.Libc;

/** Descriptors that are no ring's. Every method returns a value {@code >= 0}, or the negated errno. Any thread. */
public interface DescriptorCalls {
    /**
     * Makes an {@code eventfd(2)}.
     *
     * @param flags {@link Libc#EFD_CLOEXEC}, {@link Libc#EFD_NONBLOCK}, or 0
     * @return the descriptor, or a negated errno
     */
    int eventFd(int flags);

    /**
     * Adds one to an eventfd's counter.
     *
     * @param eventFd the descriptor
     * @return 0, or a negated errno
     */
    int signalEventFd(int eventFd);

    /**
     * {@code close(2)}.
     *
     * @param fd the descriptor
     * @return 0, or a negated errno
     */
    int close(int fd);
}
