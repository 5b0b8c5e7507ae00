package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;

/**
 * Sends without a copy: a first completion with the result, and a notification when the kernel has let go of the memory. Until
 * then it must stay as it is.
 */
final class ZeroCopyRequests {
    private static final int KNOWN_FLAGS =
            Abi.RECVSEND_POLL_FIRST | Abi.RECVSEND_FIXED_BUF | Abi.SEND_ZC_REPORT_USAGE | Abi.SEND_VECTORIZED;
    private static final int LATEST_NANOS = 20_000_000;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final StreamRequests streams;

    ZeroCopyRequests(SimulatedKernel kernel, SimulatedRing ring, StreamRequests streams) {
        this.kernel = kernel;
        this.ring = ring;
        this.streams = streams;
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.SEND_ZC, this::prepare, this::look);
        behaviours.addOnFile(Opcode.SENDMSG_ZC, this::prepare, this::look);
    }

    private int prepare(Request request) {
        if (request.has(Abi.SQE_CQE_SKIP_SUCCESS)) {
            return Errno.EINVAL.result();
        }
        request.notifies = true; // from here on, whatever becomes of it
        boolean message = request.opcode == Opcode.SENDMSG_ZC;
        boolean vectorized = request.hasPriority(Abi.SEND_VECTORIZED);
        if ((request.priority & ~KNOWN_FLAGS) != 0 || message && vectorized) {
            return Errno.EINVAL.result();
        }
        if (message) {
            return streams.prepareMessage(request);
        }
        return vectorized
                ? streams.prepareVectors(request, request.address, request.length)
                : streams.prepareSend(request);
    }

    private boolean look(Request request) {
        if (!request.sent) {
            return streams.run(request);
        }
        if (request.intervalNanos == 0 && kernel.chance().strikes(Fault.LATE_NOTIFICATION)) {
            request.dueNanos = kernel.now() + kernel.chance().below(LATEST_NANOS);
            request.intervalNanos = 1;
        }
        if (request.intervalNanos > 0 && kernel.now() - request.dueNanos < 0) {
            return false;
        }
        if (!request.failed) {
            request.requireUnchanged(kernel);
        }
        // On the way to the same machine bytes are always copied; a card that is late has not.
        boolean copied =
                request.hasPriority(Abi.SEND_ZC_REPORT_USAGE) && (request.done == 0 || request.intervalNanos == 0);
        return ring.endWell(request, copied ? Abi.NOTIF_USAGE_ZC_COPIED : 0, Abi.CQE_F_NOTIF);
    }
}
