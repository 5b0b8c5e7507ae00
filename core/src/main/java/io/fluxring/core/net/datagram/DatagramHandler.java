package io.fluxring.core.net.datagram;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.ReceivedMessage;

/** What a {@link DatagramReceiver} asks and reports. Called on the loop's thread, never from within itself. */
public interface DatagramHandler {
    /** {@return how many more datagrams the handler takes now; 0 to have the next ones held} Asked before each. */
    long demand();

    /**
     * A datagram, perhaps an empty one, in the order of arrival.
     *
     * @param message where sender and payload are in the lease; good until this returns
     * @param lease the bytes, which belong to the handler
     */
    void received(ReceivedMessage message, BufferLease lease);

    /** Behind one datagram or several: no more are at hand. */
    default void drained() {}

    /**
     * The kernel reports an error. Most are about an earlier datagram, such as {@code ECONNREFUSED} for one that no socket has
     * taken, and receiving goes on. Behind an error of the descriptor itself ({@code EBADF}, {@code ENOTSOCK}, {@code EINVAL}, {@code
     * EOPNOTSUPP}, {@code EFAULT}) nothing is received any more, since each receive would meet it again.
     *
     * @param result the negated errno
     */
    void failed(int result);
}
