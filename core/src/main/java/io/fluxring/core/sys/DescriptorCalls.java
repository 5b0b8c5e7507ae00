package io.fluxring.core.sys;

/** Descriptors that are no ring's. Every method returns a value {@code >= 0}, or the negated errno. Any thread. */
public interface DescriptorCalls {
    /** Makes an {@code eventfd(2)}. */
    int eventFd(int flags);

    /** Adds one to an eventfd's counter. */
    int signalEventFd(int eventFd);

    /** {@code close(2)}. */
    int close(int fd);
}
