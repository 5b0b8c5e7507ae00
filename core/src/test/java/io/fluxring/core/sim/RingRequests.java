package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;

/** Operations on the ring itself: nothing, and cancels. */
final class RingRequests {
    private final SimulatedRing ring;

    RingRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(Opcode.NOP, Behaviours::nothing, this::noOperation);
        behaviours.add(
                Opcode.ASYNC_CANCEL,
                request -> Cancellation.check(request.operationFlags, request.length),
                request -> ring.end(request, cancel(request), 0));
    }

    private boolean noOperation(Request request) {
        return ring.end(request, request.operationHas(Abi.NOP_INJECT_RESULT) ? request.length : 0, 0);
    }

    private int cancel(Request request) {
        return ring.cancels.cancel(request.operationFlags, request.address, request.fd, request.length, request);
    }
}
