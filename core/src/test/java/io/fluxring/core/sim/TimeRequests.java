package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/** Timeouts: plain, multishot, of a chain, and what removes and changes them. */
final class TimeRequests {
    private static final int CLOCKS = Abi.TIMEOUT_BOOTTIME | Abi.TIMEOUT_REALTIME;
    private static final int KNOWN_FLAGS = Abi.TIMEOUT_ABS | CLOCKS | Abi.TIMEOUT_ETIME_SUCCESS | Abi.TIMEOUT_MULTISHOT;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    TimeRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(Opcode.TIMEOUT, this::prepare, this::timeout);
        behaviours.add(Opcode.LINK_TIMEOUT, this::prepareTimeLimit, this::timeLimit);
        behaviours.add(Opcode.TIMEOUT_REMOVE, this::prepareRemove, this::remove);
    }

    private int prepare(Request request) {
        boolean repeatedAbsolute = request.multishot && request.hasAbsoluteTime();
        boolean twoClocks = request.operationHas(Abi.TIMEOUT_BOOTTIME) && request.operationHas(Abi.TIMEOUT_REALTIME);
        if (request.length != 1
                || request.fileIndex != 0
                || (request.operationFlags & ~KNOWN_FLAGS) != 0
                || repeatedAbsolute
                || twoClocks) {
            return Errno.EINVAL.result();
        }
        long nanos = RingWait.timespecNanos(request.address);
        request.intervalNanos = Math.max(1, nanos);
        request.dueNanos = nanos;
        return 0;
    }

    private boolean timeout(Request request) {
        if (!request.attempted) {
            request.dueNanos += request.hasAbsoluteTime() ? 0 : kernel.now();
            request.dueCompletions =
                    request.off == 0 || request.multishot ? Long.MAX_VALUE : ring.completions.posted() + request.off;
        }
        if (ring.completions.posted() >= request.dueCompletions) {
            return ring.end(request, 0, 0);
        }
        if (kernel.now() - request.dueNanos < 0) {
            return false;
        }
        request.ticks++;
        boolean last = !request.multishot || request.off > 0 && request.ticks >= request.off;
        if (last || !ring.postMore(request, Errno.ETIME.result(), 0)) {
            return expired(request, Errno.ETIME.result());
        }
        request.dueNanos += request.intervalNanos;
        return false;
    }

    private boolean expired(Request request, int result) {
        boolean success = request.operationHas(Abi.TIMEOUT_ETIME_SUCCESS) && result == Errno.ETIME.result();
        return success ? ring.endWell(request, result, 0) : ring.end(request, result, 0);
    }

    // ---- of a chain

    private int prepareTimeLimit(Request request) {
        int refused = request.off != 0 ? Errno.EINVAL.result() : prepare(request);
        return refused < 0 ? refused : ring.links.prepareTimeLimit(request);
    }

    private boolean timeLimit(Request request) {
        Request target = request.target;
        if (target == null) {
            return ring.endWell(request, Errno.ECANCELED.result(), 0);
        }
        if (kernel.now() - request.dueNanos < 0) {
            return false;
        }
        request.target = null;
        target.timeLimit = null;
        int cancelled = ring.cancels.cancelOne(target);
        return ring.endWell(request, cancelled == 0 ? Errno.ETIME.result() : cancelled, 0);
    }

    // ---- remove and update

    private int prepareRemove(Request request) {
        if (!request.operationHas(Abi.TIMEOUT_UPDATE) && !request.operationHas(Abi.LINK_TIMEOUT_UPDATE)) {
            return request.operationFlags == 0 ? 0 : Errno.EINVAL.result();
        }
        request.dueNanos = RingWait.timespecNanos(request.off);
        return 0;
    }

    private boolean remove(Request request) {
        boolean ofChain = request.operationHas(Abi.LINK_TIMEOUT_UPDATE);
        if (!ofChain && !request.operationHas(Abi.TIMEOUT_UPDATE)) {
            Request timeout = ring.cancels.find(request.address, Opcode.TIMEOUT);
            return ring.end(request, ring.cancels.cancelOne(timeout), 0);
        }
        Request updated = ofChain ? armedTimeLimit(request.address) : timeoutToUpdate(request.address);
        if (updated == null) {
            return ring.end(request, Errno.ENOENT.result(), 0);
        }
        updated.dueNanos = request.dueNanos + (request.hasAbsoluteTime() ? 0 : kernel.now());
        if (!updated.multishot) {
            updated.dueCompletions = Long.MAX_VALUE; // an updated timeout counts no completions any more
        }
        return ring.end(request, 0, 0);
    }

    private @Nullable Request timeoutToUpdate(long userData) {
        return ring.cancels.find(userData, Opcode.TIMEOUT);
    }

    private @Nullable Request armedTimeLimit(long userData) {
        for (Request request : ring.inFlight()) {
            if (request.opcode == Opcode.LINK_TIMEOUT && request.userData == userData && request.target != null) {
                return request;
            }
        }
        return null;
    }
}
