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
     * A second descriptor of the same open file, which stays open when the first one is closed, and is closed at {@code exec}:
     * {@code fcntl(2)} with {@code F_DUPFD_CLOEXEC}.
     *
     * @param fd the descriptor
     * @return the new descriptor, or a negated errno
     */
    int duplicate(int fd);

    /**
     * {@code close(2)}.
     *
     * @param fd the descriptor
     * @return 0, or a negated errno
     */
    int close(int fd);
}
