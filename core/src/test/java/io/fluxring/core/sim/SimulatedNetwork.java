package io.fluxring.core.sim;

import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who listens where, and who connects. */
final class SimulatedNetwork {
    private final SimulatedKernel kernel;
    private final SocketPairs pairs = new SocketPairs();
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
        SimulatedSocket listener = listener(address);
        if (listener == null || listener.backlog.size() >= listener.backlogLimit) {
            return null;
        }
        SimulatedSocket socket = arrive(listener, new InetSocketAddress(address.getAddress(), nextPeerPort++));
        socket.peer = new SimulatedPeer(kernel, socket);
        return socket.peer;
    }

    private @Nullable SimulatedSocket listener(InetSocketAddress address) {
        for (KernelFile file : kernel.descriptors()) {
            if (file instanceof SimulatedSocket listener
                    && listener.kind == SimulatedSocket.Kind.LISTENER
                    && !listener.readShut
                    && listener.local != null
                    && listener.local.getPort() == address.getPort()) {
                return listener;
            }
        }
        return null;
    }

    private SimulatedSocket arrive(SimulatedSocket listener, InetSocketAddress from) {
        SimulatedSocket socket = SimulatedSocket.stream(listener.local, from, receiveCapacity, sendCapacity);
        listener.backlog.add(socket);
        listener.changed();
        return socket;
    }

    /** The application connects to itself: 0, 1 when the backlog is full and it has to wait, or why not. */
    int connect(KernelFile file, InetSocketAddress address) {
        if (!(file instanceof SimulatedSocket socket)) {
            return Errno.ENOTSOCK.result();
        }
        if (socket.kind != SimulatedSocket.Kind.FRESH) {
            return Errno.EISCONN.result();
        }
        SimulatedSocket listener = listener(address);
        if (listener == null) {
            return Errno.ECONNREFUSED.result();
        }
        if (listener.backlog.size() >= listener.backlogLimit) {
            return 1;
        }
        InetSocketAddress from = new InetSocketAddress(address.getAddress(), nextPeerPort++);
        socket.connected(from, address, receiveCapacity, sendCapacity);
        pairs.add(socket, arrive(listener, from));
        return 0;
    }

    /** Brings what one end has sent to the other. */
    void carry() {
        pairs.carry();
    }

    int bind(KernelFile file, InetSocketAddress address) {
        if (!(file instanceof SimulatedSocket socket)) {
            return kernel.badDescriptor("bind");
        }
        int port = address.getPort() == 0 ? nextPort++ : address.getPort();
        boolean taken = kernel.descriptors().stream()
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

    /** The far end of a connection that was accepted, whether it has a descriptor or a slot of the only ring that has some. */
    SimulatedPeer peerOf(FileRef ref) {
        KernelFile file = kernel.file(ref.number());
        if (ref instanceof DirectFd(int slot)) {
            file = kernel.descriptors().stream()
                    .filter(SimulatedRing.class::isInstance)
                    .map(ring -> ((SimulatedRing) ring).slots.get(slot))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        if (!(file instanceof SimulatedSocket socket) || socket.peer == null) {
            throw new IllegalArgumentException(ref + " is no connection: " + file);
        }
        return socket.peer;
    }

    int setOption(int fd, int level, int name, MemorySegment value) {
        KernelFile file = kernel.file(fd);
        if (!(file instanceof SimulatedSocket socket)) {
            return file == null ? kernel.badDescriptor("setsockopt " + fd) : Errno.ENOTSOCK.result();
        }
        if (value.byteSize() < Integer.BYTES) {
            return Errno.EINVAL.result(); // all options that are simulated have an int at least
        }
        socket.options.put(option(level, name), value.toArray(ValueLayout.JAVA_BYTE));
        return 0;
    }

    /** What was set; zeros for what was not. */
    int getOption(int fd, int level, int name, MemorySegment value) {
        KernelFile file = kernel.file(fd);
        if (!(file instanceof SimulatedSocket socket)) {
            return file == null ? kernel.badDescriptor("getsockopt " + fd) : Errno.ENOTSOCK.result();
        }
        byte[] bytes = level == Libc.SOL_SOCKET && name == Libc.SO_ERROR
                ? socket.takeError()
                : socket.options.getOrDefault(option(level, name), new byte[Integer.BYTES]);
        int length = (int) Math.min(bytes.length, value.byteSize());
        MemorySegment.copy(bytes, 0, value, ValueLayout.JAVA_BYTE, 0, length);
        return length;
    }

    private static long option(int level, int name) {
        return (level & 0xffffffffL) | (long) name << 32;
    }

    /** Writes a socket's name, or that of its peer. How many bytes it has, or why it has none. */
    int name(int fd, MemorySegment address, boolean ofPeer) {
        if (!(kernel.file(fd) instanceof SimulatedSocket socket)) {
            return kernel.badDescriptor("name of socket " + fd);
        }
        InetSocketAddress name = ofPeer ? socket.remote : socket.local;
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
