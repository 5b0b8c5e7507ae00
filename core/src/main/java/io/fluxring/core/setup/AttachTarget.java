package io.fluxring.core.setup;

/** A ring whose polling thread another ring may share; see {@link RingConfig#withAttachedTo}. */
public interface AttachTarget {
    /**
     * The ring's descriptor.
     *
     * @return its number
     * @throws IllegalStateException when it has none, or is closed
     */
    int fd();

    /** {@return whether a polling thread of the kernel serves the ring} */
    boolean hasPollingThread();
}
