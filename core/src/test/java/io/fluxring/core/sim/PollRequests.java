package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/** Polls: single, multishot, changed and removed. */
final class PollRequests {
    private final SimulatedRing ring;
    private final Chance chance;

    PollRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.ring = ring;
        this.chance = kernel.chance();
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.POLL_ADD, this::prepare, this::poll);
    }

    private int prepare(Request request) {
        if ((request.length & (Abi.POLL_UPDATE_EVENTS | Abi.POLL_UPDATE_USER_DATA)) != 0) {
            return Errno.EINVAL.result();
        }
        request.punted = request.multishot; // its first event is deferred, too
        return 0;
    }

    private boolean poll(Request request) {
        int wanted = request.operationFlags | Libc.POLLERR | Libc.POLLHUP;
        boolean first = request.seenChanges < 0;
        boolean news = first || request.file.changes() != request.seenChanges;
        int events = request.file.events() & wanted;
        if (chance.strikes(Fault.SPURIOUS_WAKEUP)) {
            news = true;
            events |= request.operationFlags & Libc.POLLIN;
        }
        if (!news || events == 0) {
            return false;
        }
        request.seenChanges = request.file.changes();
        if (request.multishot && ring.postMore(request, events, 0)) {
            return false;
        }
        return ring.end(request, events, 0);
    }
}
