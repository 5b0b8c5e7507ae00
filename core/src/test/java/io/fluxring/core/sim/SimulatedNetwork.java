package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who listens where, and who connects. */
final class SimulatedNetwork {
    private final SimulatedKernel kernel;
    private int nextPort = 10_000;
    private int nextPeerPort = 40_000;
    private int receiveCapacity = 4096;
    private int sendCapacity = 4096;

    SimulatedNetwork(SimulatedKernel kernel) {
        this.kernel = kernel;
    }

    void buffers(int receive, int send) {
        receiveCapacity = receive;
        sendCapacity = send;
    }

    @Nullable
    SimulatedPeer connect(InetSocketAddress address) {
        for (KernelFile file : kernel.files()) {
            if (file instanceof SimulatedSocket listener
                    && listener.kind == SimulatedSocket.Kind.LISTENER
                    && !listener.readShut
                    && listener.local.getPort() == address.getPort()
                    && listener.backlog.size() < listener.backlogLimit) {
                InetSocketAddress from = new InetSocketAddress(address.getAddress(), nextPeerPort++);
                SimulatedSocket socket = SimulatedSocket.stream(listener.local, from, receiveCapacity, sendCapacity);
                listener.backlog.add(socket);
                listener.changed();
                socket.peer = new SimulatedPeer(kernel, socket);
                return socket.peer;
            }
        }
        return null;
    }

    int bind(KernelFile file, InetSocketAddress address) {
        if (!(file instanceof SimulatedSocket socket)) {
            return kernel.badDescriptor("bind");
        }
        int port = address.getPort() == 0 ? nextPort++ : address.getPort();
        boolean taken = kernel.files().stream()
                .anyMatch(other -> other instanceof SimulatedSocket bound
                        && bound.kind == SimulatedSocket.Kind.LISTENER
                        && bound.local.getPort() == port);
        if (taken) {
            return Errno.EADDRINUSE.result();
        }
        socket.local = new InetSocketAddress(address.getAddress(), port);
        return 0;
    }

    int listen(KernelFile file, int backlog) {
        if (!(file instanceof SimulatedSocket socket)) {
            return kernel.badDescriptor("listen");
        }
        socket.kind = SimulatedSocket.Kind.LISTENER;
        socket.backlogLimit = backlog + 1;
        return 0;
    }

    static int name(InetSocketAddress name, MemorySegment address) {
        if (name == null) {
            return Errno.ENOTCONN.result();
        }
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment encoded = SocketAddresses.encode(name, scratch);
            MemorySegment.copy(encoded, 0, address, 0, Math.min(encoded.byteSize(), address.byteSize()));
            return (int) encoded.byteSize();
        }
    }
}
