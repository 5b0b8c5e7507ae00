package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import java.util.ArrayDeque;

/**
 * {@code IOSQE_IO_DRAIN}: a request with it waits until nothing else is in flight, and what is submitted after it waits until it
 * has ended.
 */
final class DrainBarrier {
    private final SimulatedRing ring;
    private final ArrayDeque<Request> deferred = new ArrayDeque<>();
    private boolean refused;
    private boolean active;
    private boolean nextDrains;

    DrainBarrier(SimulatedRing ring) {
        this.ring = ring;
    }

    /** Takes note of an entry's flags. 0, or why it is refused. */
    int prepare(Request request, Request chain) {
        refused |= request.has(Abi.SQE_CQE_SKIP_SUCCESS);
        if (request.has(Abi.SQE_IO_DRAIN)) {
            if (refused) {
                return Errno.EOPNOTSUPP.result(); // silent requests can't be counted
            }
            active = true;
            if (chain == null) {
                request.drains = true;
            } else {
                chain.drains = true; // a whole chain is the barrier, and so is what follows it
                chain.deferred = true;
                nextDrains = true;
            }
        }
        request.deferred |= active;
        if (nextDrains && chain == null) {
            nextDrains = false;
            active = true;
            request.drains = true;
            request.deferred = true;
        }
        return 0;
    }

    boolean isActive() {
        return active;
    }

    /** A chain that has to wait for its turn. */
    void defer(Request chain) {
        deferred.add(chain);
        release();
        if (!chain.drains && deferred.isEmpty()) {
            active = false;
        }
    }

    /** Something has ended: whose turn it is starts. */
    void release() {
        boolean drainSeen = false;
        boolean first = true;
        while (!deferred.isEmpty()) {
            drainSeen |= deferred.peek().drains;
            if ((drainSeen || first) && ring.inFlight().size() != waiting()) {
                return;
            }
            ring.startLater(deferred.remove());
            first = false;
        }
    }

    private int waiting() {
        int requests = 0;
        for (Request chain : deferred) {
            for (Request member = chain; member != null; member = member.next) {
                requests++;
            }
        }
        return requests;
    }
}
