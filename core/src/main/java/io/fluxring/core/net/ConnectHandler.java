package io.fluxring.core.net;

import io.fluxring.core.fd.RawFd;

/** What a {@link Connector} reports, once, on the loop's thread. */
public interface ConnectHandler {
    /**
     * The socket is connected. Its descriptor belongs to the handler, at best as a {@link StreamSocket}.
     *
     * @param file the descriptor
     */
    void connected(RawFd file);

    /** There will be no connection: the descriptor is about to be closed, and its number must not be used any more. */
    default void closing() {}

    /**
     * There is no connection, and the descriptor is closed.
     *
     * @param result the negated errno: {@code -ECANCELED} behind {@link Connector#cancel}, {@code -ETIMEDOUT} behind the time limit
     */
    void failed(int result);
}
