package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;

/** The life of a socket apart from what goes through it: made, bound, listening, given options, shut down, closed. */
final class SocketRequests {
    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    SocketRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(
                Opcode.SOCKET,
                Behaviours::nothing,
                request -> ring.end(request, kernel.install(ring, request, new SimulatedSocket()), 0));
        behaviours.add(Opcode.CLOSE, Behaviours::nothing, this::close);
        behaviours.addOnFile(Opcode.CONNECT, this::prepareAddress, this::connect);
        behaviours.addOnFile(Opcode.BIND, this::prepareAddress, this::bind);
        behaviours.addOnFile(
                Opcode.LISTEN,
                Behaviours::nothing,
                request -> ring.end(request, kernel.network().listen(request.file, request.length), 0));
        behaviours.addOnFile(
                Opcode.SHUTDOWN,
                Behaviours::worker,
                request -> ring.end(request, request.file.shutdown(request.length), 0));
        behaviours.addOnFile(Opcode.URING_CMD, Behaviours::nothing, this::command);
    }

    private int prepareAddress(Request request) {
        request.detail = SocketAddresses.decode(NativeMemory.at(request.address, request.off));
        return 0;
    }

    private boolean bind(Request request) {
        return ring.end(request, kernel.network().bind(request.file, (InetSocketAddress) request.detail), 0);
    }

    private boolean connect(Request request) {
        int result = kernel.network().connect(request.file, (InetSocketAddress) request.detail);
        return result <= 0 && ring.end(request, result, 0);
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

    private boolean command(Request request) {
        if ((int) request.off != Abi.SOCKET_URING_OP_SETSOCKOPT || !(request.file instanceof SimulatedSocket socket)) {
            return ring.end(request, Errno.EOPNOTSUPP.result(), 0);
        }
        if (request.fileIndex != Integer.BYTES) {
            return ring.end(request, Errno.EINVAL.result(), 0);
        }
        socket.options.put(
                request.address,
                NativeMemory.at(request.address3, Integer.BYTES).toArray(ValueLayout.JAVA_BYTE));
        return ring.end(request, 0, 0);
    }
}
