package io.fluxring.spring;

import java.util.List;

/**
 * Whether an application runs on the ring, and why not; what the log, the health and the information endpoint tell.
 *
 * @param isOnRing whether the event loops of servers and clients are rings
 * @param detail where they are, what runs with which capabilities; where they are not, why, with the remedy
 * @param loops the names of the loops' threads, without those that have not started; empty where they are not on rings
 */
public record RingStatus(boolean isOnRing, String detail, List<String> loops) {
    /** Keeps a copy of the names. */
    public RingStatus {
        loops = List.copyOf(loops);
    }
}
