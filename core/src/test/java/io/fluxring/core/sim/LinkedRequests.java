package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/** Puts chains together while entries are taken, and says what becomes of the rest of one when a member ends. */
final class LinkedRequests {
    private final SimulatedRing ring;
    private @Nullable Request head;
    private @Nullable Request last;

    LinkedRequests(SimulatedRing ring) {
        this.ring = ring;
    }

    /** The chain that is being put together; null between chains. */
    @Nullable
    Request head() {
        return head;
    }

    /**
     * Adds a request.
     *
     * @return the chain that it completes, which may be the request alone; null as long as members must follow
     */
    @Nullable
    Request join(Request request) {
        if (head == null) {
            head = request;
        } else {
            last.next = request;
        }
        last = request;
        return request.has(Abi.SQE_IO_LINK | Abi.SQE_IO_HARDLINK) ? null : cut();
    }

    /** Ends the chain that is being put together, as the end of a batch does. */
    @Nullable
    Request cut() {
        Request chain = head;
        head = null;
        last = null;
        return chain;
    }

    /** A request could not be prepared: its chain will not start at all. */
    void refuse(Request request, int result) {
        request.refusal = result;
        if (head != null && head.refusal == 0) {
            head.refusal = Errno.ECANCELED.result();
        }
    }

    /** A time limit belongs to the entry right before it, once. */
    int prepareTimeLimit(Request request) {
        if (head == null || last.opcode == Opcode.LINK_TIMEOUT) {
            return Errno.EINVAL.result();
        }
        last.awaitsTimeLimit = true;
        return 0;
    }

    /** A request has started and not ended: from now on its time limit counts. */
    void started(Request request) {
        Request limit = takeTimeLimit(request);
        if (limit != null) {
            request.timeLimit = limit;
            limit.target = request;
            limit.started = true;
            limit.begun = true;
            limit.dueNanos += limit.hasAbsoluteTime() ? 0 : ring.kernel.now();
        }
    }

    private static @Nullable Request takeTimeLimit(Request request) {
        if (!request.awaitsTimeLimit) {
            return null;
        }
        request.awaitsTimeLimit = false;
        Request limit = request.next;
        request.next = limit.next;
        limit.next = null;
        return limit;
    }

    /** A member has ended: its time limit ends with it, and the rest starts or is given up. */
    void ended(Request request) {
        Request limit = request.timeLimit == null ? takeTimeLimit(request) : request.timeLimit;
        if (limit != null) {
            request.timeLimit = null;
            limit.target = null;
            limit.begun = true;
            limit.started = true; // it is looked at once more, and says that it was not needed
        }
        Request next = request.next;
        request.next = null;
        if (next == null) {
            return;
        }
        if (request.failed && (!request.has(Abi.SQE_IO_HARDLINK) || request.refusal < 0)) {
            giveUp(next, request.has(Abi.SQE_CQE_SKIP_SUCCESS));
        } else {
            ring.startLater(next);
        }
    }

    /** The rest of a broken chain: silent after a member that was to be silent itself, and loud after any other. */
    private void giveUp(Request first, boolean silently) {
        Request member = first;
        while (member != null) {
            Request next = member.next;
            member.next = null;
            member.awaitsTimeLimit = false;
            ring.endUnstarted(member, member.refusal < 0 ? member.refusal : Errno.ECANCELED.result(), silently);
            member = next;
        }
    }
}
