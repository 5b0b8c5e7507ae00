package io.fluxring.core.net;

import io.fluxring.core.memory.BufferLease;

/** What a {@link Receiver} asks and reports. Called on the loop's thread, never from within itself. */
public interface ReceiveHandler {
    /** {@return how many more pieces the handler takes now; 0 to have the next ones held} Asked before each piece. */
    long demand();

    /**
     * {@return whether bytes are received before there is demand for them} Up to a quota they are held in their buffers. So the
     * end of the stream is noticed while nothing is in demand, and a demand that comes and goes costs nothing; but bytes that no
     * handler ever takes hold buffers.
     */
    default boolean readsAhead() {
        return false;
    }

    /**
     * {@return whether the handler copies what it gets, and releases the lease, while {@link Receiver#isPressed}} Then a first buffer that
     * it has kept does not stop the stream, however few there are.
     */
    default boolean copiesUnderPressure() {
        return false;
    }

    /**
     * The next bytes of the stream. The lease belongs to the handler, which releases it. May call {@link Receiver#deliver} or
     * detach itself.
     *
     * @param lease the bytes
     */
    void received(BufferLease lease);

    /** Behind one piece or several: no more are at hand, and the kernel has not said that some follow at once. */
    default void drained() {}

    /**
     * The end of the stream, once, behind its last piece; needs no demand. The handler is detached.
     *
     * @param result 0 when the peer has ended its output and every byte was handed over; a negated errno otherwise,
     *     {@code -ECANCELED} when this side closed the socket before all was handed over
     */
    void ended(int result);

    /**
     * A piece that is not handed over, because the socket closes. The handler releases it.
     *
     * @param lease the bytes
     */
    default void discarded(BufferLease lease) {
        lease.release();
    }
}
