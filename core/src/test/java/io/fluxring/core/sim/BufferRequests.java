package io.fluxring.core.sim;

import io.fluxring.core.sim.BufferGroup.Buffer;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;

/** Provides buffers one by one, and takes them back. */
final class BufferRequests {
    private static final int MOST = 1 << 16;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    BufferRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(
                Opcode.PROVIDE_BUFFERS,
                BufferRequests::prepareProvide,
                request -> ring.end(request, provide(request), 0));
        behaviours.add(
                Opcode.REMOVE_BUFFERS, BufferRequests::prepareRemove, request -> ring.end(request, remove(request), 0));
    }

    private static int prepareProvide(Request request) {
        if (request.operationFlags != 0 || request.fileIndex != 0) {
            return Errno.EINVAL.result();
        }
        if (request.fd < 1 || request.fd > MOST || request.off < 0 || request.off >= MOST) {
            return Errno.E2BIG.result();
        }
        return request.off + request.fd > MOST ? Errno.EINVAL.result() : 0;
    }

    private static int prepareRemove(Request request) {
        boolean unused = request.operationFlags != 0
                || request.address != 0
                || request.length != 0
                || request.off != 0
                || request.fileIndex != 0;
        return unused || request.fd < 1 || request.fd > MOST ? Errno.EINVAL.result() : 0;
    }

    private int provide(Request request) {
        BufferGroup group = ring.groups.computeIfAbsent(request.bufferGroup, number -> new LegacyGroup(kernel));
        if (!(group instanceof LegacyGroup legacy)) {
            return Errno.EINVAL.result();
        }
        for (int i = 0; i < request.fd; i++) {
            legacy.add(new Buffer((int) request.off + i, request.address + (long) i * request.length, request.length));
        }
        return 0;
    }

    private int remove(Request request) {
        BufferGroup group = ring.groups.get(request.bufferGroup);
        if (group == null) {
            return Errno.ENOENT.result();
        }
        return group instanceof LegacyGroup legacy ? legacy.remove(request.fd) : Errno.EINVAL.result();
    }
}
