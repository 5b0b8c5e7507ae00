package io.fluxring.netty;

import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.RingLoop;

/**
 * What a channel that closes has not sent yet. Writers that were not told of it have no claim: the kernel is asked to take it, and
 * when there is no room it is dropped, as by a transport that writes before it closes. What writers were told is complete is sent
 * for as long as the peer may be slow. What the socket's own buffer holds beyond that is the kernel's to send.
 */
final class LastBytes {
    /** For the kernel to take what there is room for: some rounds of a busy loop. */
    private static final long ROOM_NANOS = 100_000_000;

    private final RingLoop loop;
    private final StreamOutbound outbound;
    private final long completeNanos;
    private Deadline limit;

    /**
     * Begins with the sending.
     *
     * @param completeNanos for how long a peer that takes nothing is waited for
     * @param sent run once all is sent, or can't be: perhaps at once
     */
    LastBytes(RingLoop loop, StreamOutbound outbound, long completeNanos, Runnable sent) {
        this.loop = loop;
        this.outbound = outbound;
        this.completeNanos = completeNanos;
        this.limit = loop.schedule(this::noRoom, ROOM_NANOS);
        outbound.end(() -> {
            loop.unschedule(limit);
            sent.run();
        });
    }

    private void noRoom() {
        limit = loop.schedule(outbound::giveUp, completeNanos);
        outbound.dropIncomplete();
    }
}
