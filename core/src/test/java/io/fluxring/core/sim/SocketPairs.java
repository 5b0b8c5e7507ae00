package io.fluxring.core.sim;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Connections whose both ends are the application's: bytes and ends are carried from the one to the other. */
final class SocketPairs {
    private record Pair(SimulatedSocket one, SimulatedSocket other) {}

    private final List<Pair> pairs = new ArrayList<>();

    void add(SimulatedSocket one, SimulatedSocket other) {
        pairs.add(new Pair(one, other));
    }

    void carry() {
        for (Iterator<Pair> iterator = pairs.iterator(); iterator.hasNext(); ) {
            Pair pair = iterator.next();
            carry(pair.one, pair.other);
            carry(pair.other, pair.one);
            if (pair.one.isReleased() && pair.other.isReleased()) {
                iterator.remove();
            }
        }
    }

    private static void carry(SimulatedSocket from, SimulatedSocket to) {
        int count = Math.min(from.outgoing.size(), to.isReleased() ? from.outgoing.size() : to.incoming.space());
        if (count > 0) {
            byte[] bytes = from.outgoing.remove(count);
            from.changed();
            if (!to.isReleased()) {
                to.incoming.add(bytes, 0, count);
                to.changed();
            }
        }
        if (from.resetSent) {
            to.reset();
        } else if (from.finSent && from.outgoing.size() == 0 && !to.finReceived) {
            to.finReceived = true;
            to.changed();
        }
        if (from.isReleased()) {
            to.peerGone = true;
        }
    }
}
