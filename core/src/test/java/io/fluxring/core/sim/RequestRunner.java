package io.fluxring.core.sim;

import io.fluxring.core.sim.Behaviours.Behaviour;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import java.util.EnumSet;
import java.util.Set;

/** Carries requests out, each by the behaviour of its operation. */
final class RequestRunner {
    private static final Set<Opcode> NEVER_PUNTED =
            EnumSet.of(Opcode.ASYNC_CANCEL, Opcode.TIMEOUT_REMOVE, Opcode.POLL_REMOVE, Opcode.LINK_TIMEOUT);

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final Behaviours behaviours;

    RequestRunner(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
        this.behaviours = behaviours(kernel, ring);
    }

    /** All that is simulated. */
    static Behaviours behaviours(SimulatedKernel kernel, SimulatedRing ring) {
        Behaviours all = new Behaviours();
        new RingRequests(kernel, ring).addTo(all);
        new TimeRequests(kernel, ring).addTo(all);
        new PollRequests(kernel, ring).addTo(all);
        new SocketRequests(kernel, ring).addTo(all);
        new FileRequests(kernel, ring).addTo(all);
        new FileUpkeep(kernel, ring).addTo(all);
        new PathRequests(kernel, ring).addTo(all);
        new BufferRequests(kernel, ring).addTo(all);
        new EpollRequests(kernel, ring).addTo(all);
        new FutexRequests(kernel, ring).addTo(all);
        new PipeRequests(kernel, ring).addTo(all);
        new AttributeRequests(kernel, ring).addTo(all);
        StreamRequests streams = new StreamRequests(kernel, ring);
        streams.addTo(all);
        new MessageRequests(kernel, streams).addTo(all);
        new ZeroCopyRequests(kernel, ring, streams).addTo(all);
        return all;
    }

    /** Reads what is read during submission. 0, or why the request is refused. */
    int prepare(Request request) {
        return behaviour(request).preparation().applyAsInt(request);
    }

    private Behaviour behaviour(Request request) {
        Behaviour behaviour = behaviours.of(request.opcode);
        if (behaviour == null) {
            throw kernel.violation(request + " is not simulated");
        }
        return behaviour;
    }

    /** Finds the file, as a chain's earlier members have left it. 0, or why the request ends at once. */
    int begin(Request request) {
        if (behaviour(request).onFile()) {
            FileSlots.Slot slot = request.has(Abi.SQE_FIXED_FILE) ? ring.slots.slot(request.fd) : null;
            KernelFile file =
                    request.has(Abi.SQE_FIXED_FILE) ? slot == null ? null : slot.file : kernel.file(request.fd);
            if (file == null) {
                return kernel.badDescriptor(request.toString());
            }
            if (slot != null) {
                request.slot = slot;
                slot.use();
            }
            request.file = file;
            file.operationBegins();
        }
        request.remember();
        return 0;
    }

    /** Whether a worker may be given the request although it could complete at once. */
    boolean mayBePunted(Request request) {
        return !NEVER_PUNTED.contains(request.opcode);
    }

    /** Looks at a request: it may end, post something and go on, or find that there is nothing to do. */
    void attempt(Request request) {
        if (request.sent) {
            look(request);
            return;
        }
        boolean worker = request.punted && !request.attempted;
        if (request.cancelled && !request.cancelLost) {
            ring.end(request, cancelledResult(request), 0);
            return;
        }
        if (request.slow && !request.cancelled && kernel.now() - request.startNanos < 0) {
            return;
        }
        request.slow = false;
        boolean ended = look(request);
        request.attempted = true;
        if (!ended && request.cancelLost && !request.sent) {
            // The cancel came too late to be told so, and too early for a result: a worker sees a signal.
            boolean signal = worker && request.has(Abi.SQE_ASYNC);
            int result = cancelledResult(request);
            ring.end(request, signal && result < 0 ? Errno.EINTR.result() : result, 0);
        }
    }

    private boolean look(Request request) {
        return behaviour(request).look().test(request);
    }

    /** What a cancelled request says: the bytes it has moved, or that it was cancelled. */
    private static int cancelledResult(Request request) {
        request.failed = true;
        return request.done > 0 ? request.done : Errno.ECANCELED.result();
    }

    /** For the vectors of a message. */
    static long word(long address) {
        return Access.getLong(NativeMemory.at(address, Long.BYTES), 0);
    }
}
