package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/** Polls: single, multishot, changed and removed. */
final class PollRequests {
    private static final int KNOWN_CHANGES = Abi.POLL_ADD_MULTI | Abi.POLL_UPDATE_EVENTS | Abi.POLL_UPDATE_USER_DATA;

    private final SimulatedRing ring;
    private final Chance chance;

    PollRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.ring = ring;
        this.chance = kernel.chance();
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.POLL_ADD, this::prepare, this::poll);
        behaviours.add(Opcode.POLL_REMOVE, this::prepareChange, request -> ring.end(request, change(request), 0));
    }

    private int prepare(Request request) {
        if ((request.length & (Abi.POLL_UPDATE_EVENTS | Abi.POLL_UPDATE_USER_DATA)) != 0) {
            return Errno.EINVAL.result();
        }
        request.wantedEvents = request.operationFlags;
        request.punted = request.multishot; // its first event is deferred, too
        return 0;
    }

    private boolean poll(Request request) {
        int wanted = request.wantedEvents | Libc.POLLERR | Libc.POLLHUP;
        boolean first = request.seenChanges < 0;
        boolean news = first || request.file.changes() != request.seenChanges;
        int events = request.file.events() & wanted;
        if (chance.strikes(Fault.SPURIOUS_WAKEUP)) {
            news = true;
            events |= request.wantedEvents & Libc.POLLIN;
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

    // ---- changes

    private int prepareChange(Request request) {
        boolean newData = (request.length & Abi.POLL_UPDATE_USER_DATA) != 0;
        boolean newEvents = (request.length & Abi.POLL_UPDATE_EVENTS) != 0;
        boolean bad = (request.length & ~KNOWN_CHANGES) != 0
                || request.length == Abi.POLL_ADD_MULTI
                || !newData && request.off != 0
                || !newEvents && request.operationFlags != 0;
        return bad ? Errno.EINVAL.result() : 0;
    }

    /** A poll that is changed is taken out of the queue and put into it again, where it may find what it now waits for. */
    private int change(Request request) {
        Request poll = ring.cancels.find(request.address, Opcode.POLL_ADD);
        if (poll == null) {
            return Errno.ENOENT.result();
        }
        if ((request.length & (Abi.POLL_UPDATE_EVENTS | Abi.POLL_UPDATE_USER_DATA)) == 0) {
            return ring.cancels.cancelOne(poll);
        }
        if ((request.length & Abi.POLL_UPDATE_EVENTS) != 0) {
            poll.wantedEvents = request.operationFlags;
            poll.seenChanges = -1;
        }
        if ((request.length & Abi.POLL_UPDATE_USER_DATA) != 0) {
            poll.userData = request.off;
        }
        return 0;
    }
}
