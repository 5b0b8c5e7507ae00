package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.NativeMemory;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** What each operation does when it is prepared, and each time that the kernel looks at it. */
final class RequestRunner {
    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final Chance chance;
    private final StreamRequests streams;

    RequestRunner(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
        this.chance = kernel.chance();
        this.streams = new StreamRequests(kernel, ring);
    }

    /** Reads what is read during submission, and finds the file. 0, or why the request fails at once. */
    int prepare(Request request) {
        if (request.opcode == null) {
            return Errno.EINVAL.result();
        }
        switch (request.opcode) {
            case NOP, ASYNC_CANCEL, TIMEOUT_REMOVE, SOCKET, CLOSE -> {
                return 0;
            }
            case TIMEOUT -> prepareTimeout(request);
            case POLL_ADD, ACCEPT, RECV, SEND, SENDMSG, SHUTDOWN, BIND, LISTEN, URING_CMD -> {
                request.file = request.has(Abi.SQE_FIXED_FILE) ? ring.slots.get(request.fd) : kernel.file(request.fd);
                if (request.file == null) {
                    return kernel.badDescriptor(request.toString());
                }
                request.punted =
                        request.opcode == Opcode.POLL_ADD && request.multishot; // its first event is deferred, too
                return streams.prepare(request);
            }
            default -> throw kernel.violation(request + " is not simulated");
        }
        return 0;
    }

    private void prepareTimeout(Request request) {
        long nanos = SimulatedRing.timespecNanos(request.address);
        request.intervalNanos = Math.max(1, nanos);
        request.dueNanos = kernel.now() + nanos;
        request.dueCompletions =
                request.off == 0 || request.multishot ? Long.MAX_VALUE : ring.completions.posted() + request.off;
    }

    /** Whether a worker may be given the request although it could complete at once. */
    boolean mayBePunted(Request request) {
        return request.opcode != Opcode.ASYNC_CANCEL && request.opcode != Opcode.TIMEOUT_REMOVE;
    }

    /** Looks at a request: it may end, post something and go on, or find that there is nothing to do. */
    void attempt(Request request) {
        boolean worker = request.punted && !request.attempted;
        if (request.cancelled && !request.cancelLost) {
            ring.end(request, streams.cancelledResult(request), 0);
            return;
        }
        if (request.slow && !request.cancelled && kernel.now() - request.startNanos < 0) {
            return;
        }
        request.slow = false;
        boolean ended = run(request);
        request.attempted = true;
        if (!ended && request.cancelLost) {
            // The cancel came too late to be told so, and too early for a result: a worker sees a signal.
            boolean signal = worker && request.has(Abi.SQE_ASYNC);
            int result = streams.cancelledResult(request);
            ring.end(request, signal && result < 0 ? Errno.EINTR.result() : result, 0);
        }
    }

    private boolean run(Request request) {
        return switch (request.opcode) {
            case NOP ->
                ring.end(request, (request.operationFlags & Abi.NOP_INJECT_RESULT) != 0 ? request.length : 0, 0);
            case ASYNC_CANCEL -> ring.end(request, cancel(request), 0);
            case TIMEOUT_REMOVE -> ring.end(request, cancelOne(find(request.address, Opcode.TIMEOUT)), 0);
            case TIMEOUT -> timeout(request);
            case POLL_ADD -> poll(request);
            case SOCKET -> socket(request);
            case CLOSE -> close(request);
            case SHUTDOWN -> ring.end(request, request.file.shutdown(request.length), 0);
            case BIND -> bind(request);
            case LISTEN -> ring.end(request, kernel.network().listen(request.file, request.length), 0);
            case URING_CMD -> command(request);
            case ACCEPT, RECV, SEND, SENDMSG -> streams.run(request);
            default -> throw new IllegalStateException("was refused: " + request);
        };
    }

    // ---- cancel

    private int cancel(Request cancel) {
        int flags = cancel.operationFlags;
        boolean any = (flags & Abi.ASYNC_CANCEL_ANY) != 0;
        if (!any && (flags & Abi.ASYNC_CANCEL_ALL) == 0 && (flags & Abi.ASYNC_CANCEL_FD) == 0) {
            return cancelOne(find(cancel.address, null));
        }
        KernelFile file = null;
        if ((flags & Abi.ASYNC_CANCEL_FD) != 0) {
            boolean fixed = (flags & Abi.ASYNC_CANCEL_FD_FIXED) != 0;
            file = fixed ? ring.slots.get(cancel.fd) : kernel.file(cancel.fd);
            if (file == null) {
                return Errno.EBADF.result();
            }
        }
        int count = 0;
        for (Request request : List.copyOf(ring.inFlight())) {
            boolean matches = any || (file != null ? request.file == file : request.userData == cancel.address);
            if (request != cancel && matches && cancelOne(request) == 0) {
                count++;
            }
        }
        return count;
    }

    private Request find(long userData, Opcode opcode) {
        for (Request request : ring.inFlight()) {
            boolean found = request.userData == userData && (opcode == null || request.opcode == opcode);
            if (found && !request.cancelled && request.opcode != Opcode.ASYNC_CANCEL) {
                return request;
            }
        }
        return null;
    }

    private int cancelOne(Request request) {
        if (request == null || request.cancelled || request.ended) {
            return Errno.ENOENT.result();
        }
        if (chance.strikes(Fault.CANCEL_LOST)) {
            ring.attempt(request);
            if (request.ended) {
                return Errno.ENOENT.result(); // it completed a moment before
            }
            if (chance.coin()) {
                request.cancelled = true;
                request.cancelLost = true;
                return Errno.EALREADY.result();
            }
        }
        request.cancelled = true;
        if (chance.strikes(Fault.REORDER)) {
            ring.attempt(request); // its completion comes before the cancel's
        }
        return 0;
    }

    // ---- time and events

    private boolean timeout(Request request) {
        if (ring.completions.posted() >= request.dueCompletions) {
            return ring.end(request, 0, 0);
        }
        if (kernel.now() - request.dueNanos < 0) {
            return false;
        }
        request.ticks++;
        boolean last = !request.multishot || request.off > 0 && request.ticks >= request.off;
        if (last || !ring.postMore(request, Errno.ETIME.result(), 0)) {
            return ring.end(request, Errno.ETIME.result(), 0);
        }
        request.dueNanos += request.intervalNanos;
        return false;
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

    // ---- descriptors

    private boolean socket(Request request) {
        SimulatedSocket socket = new SimulatedSocket();
        return ring.end(request, kernel.install(ring, request, socket), 0);
    }

    private boolean close(Request request) {
        if (request.fileIndex == 0) {
            return ring.end(request, kernel.close(request.fd), 0);
        }
        KernelFile file = ring.slots.remove(request.fileIndex - 1);
        if (file == null) {
            return ring.end(request, kernel.badDescriptor(request + " slot " + (request.fileIndex - 1)), 0);
        }
        kernel.dropChecked(file, "slot " + (request.fileIndex - 1));
        return ring.end(request, 0, 0);
    }

    private boolean bind(Request request) {
        MemorySegment address = NativeMemory.at(request.address, request.off);
        return ring.end(request, kernel.network().bind(request.file, SocketAddresses.decode(address)), 0);
    }

    private boolean command(Request request) {
        if ((int) request.off != Abi.SOCKET_URING_OP_SETSOCKOPT || !(request.file instanceof SimulatedSocket socket)) {
            return ring.end(request, Errno.EOPNOTSUPP.result(), 0);
        }
        if (request.fileIndex != Integer.BYTES) {
            return ring.end(request, Errno.EINVAL.result(), 0);
        }
        MemorySegment value = NativeMemory.at(request.address3, Integer.BYTES);
        socket.options.put(request.address, value.get(ValueLayout.JAVA_INT, 0));
        return ring.end(request, 0, 0);
    }

    /** For the vectors of a message. */
    static long word(long address) {
        return Access.getLong(NativeMemory.at(address, Long.BYTES), 0);
    }
}
