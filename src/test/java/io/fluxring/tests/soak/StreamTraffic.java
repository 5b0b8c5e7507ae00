package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Connections through the loopback, made by accept and connect, closed under running operations and made again. One of them is
 * made at a time, so that both ends know each other. Leases are released by another thread.
 */
final class StreamTraffic implements Traffic {
    private static final int CONNECTIONS = 10;
    private static final int BUFFERS = 12;
    private static final int BUFFER_BYTES = 1024;
    private static final double CLOSES = 0.01;

    private final Soak soak;
    private final int listenerFd;
    private final MemorySegment address;
    private final MemorySegment clientName;
    private final MemorySegment serverPeerName;
    private final BufferRing buffers;
    private final List<StreamPair> pairs = new ArrayList<>();
    private final BlockingQueue<BufferLease> toRelease = new LinkedBlockingQueue<>();
    private final Thread releaser;
    private @Nullable StreamPair connecting;
    private boolean stopping;

    StreamTraffic(Soak soak) {
        this.soak = soak;
        Kernel kernel = soak.loop().kernel();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        MemorySegment wanted = SocketAddresses.encode(any, soak.loop().memory());
        listenerFd = Once.run(
                soak.loop(),
                Opcode.SOCKET,
                sqe -> sqe.prepSocket(
                        SocketAddresses.family(any), Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, Libc.IPPROTO_TCP));
        Once.run(soak.loop(), Opcode.BIND, sqe -> sqe.prepBind(listenerFd, wanted.address(), (int) wanted.byteSize()));
        Once.run(soak.loop(), Opcode.LISTEN, sqe -> sqe.prepListen(listenerFd, 16));
        MemorySegment name = soak.loop().memory().allocate(SocketAddresses.MAX_BYTES, 8);
        address = name.asSlice(0, kernel.socketName(listenerFd, name));
        clientName = soak.loop().memory().allocate(SocketAddresses.MAX_BYTES, 8);
        serverPeerName = soak.loop().memory().allocate(SocketAddresses.MAX_BYTES, 8);
        buffers = soak.loop().provideBuffers(BufferRingConfig.of(BUFFERS, BUFFER_BYTES));
        for (int i = 0; i < CONNECTIONS; i++) {
            pairs.add(new StreamPair(this));
        }
        releaser = Thread.ofPlatform().name("soak-releaser").daemon().start(this::releaseAll);
    }

    private void releaseAll() {
        try {
            while (true) {
                toRelease.take().release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        } catch (RuntimeException | Error e) {
            soak.fail(e);
        }
    }

    @Override
    public void begin() {
        StreamPair pair = pairs.get(soak.random().nextInt(pairs.size()));
        if (pair.isClosed()) {
            if (connecting == null) {
                connecting = pair;
                pair.connect();
            }
        } else if (pair.isOpen()) {
            if (soak.chance(CLOSES)) {
                pair.close();
            } else {
                pair.transfer();
            }
        }
    }

    /** What is received from now on is released here. */
    @Override
    public void stop() {
        stopping = true;
        releaser.interrupt();
        try {
            releaser.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        toRelease.forEach(BufferLease::release);
    }

    @Override
    public void closeDescriptors(Kernel kernel) {
        kernel.close(listenerFd);
        pairs.forEach(pair -> pair.closeDescriptors(kernel));
    }

    // ---- for the connections

    Soak soak() {
        return soak;
    }

    BufferRing buffers() {
        return buffers;
    }

    int listenerFd() {
        return listenerFd;
    }

    MemorySegment address() {
        return address;
    }

    /** Whether two sockets are the ends of one connection. */
    boolean isConnection(int clientFd, int serverFd) {
        Kernel kernel = soak.loop().kernel();
        int clientBytes = kernel.socketName(clientFd, clientName);
        return clientBytes > 0
                && clientBytes == kernel.peerName(serverFd, serverPeerName)
                && clientName.asSlice(0, clientBytes).mismatch(serverPeerName.asSlice(0, clientBytes)) < 0;
    }

    void connected() {
        connecting = null;
    }

    /** Releases here or on another thread. */
    void release(BufferLease lease) {
        if (!stopping && soak.chance(0.5)) {
            toRelease.add(lease);
        } else {
            lease.release();
        }
    }

    /** Prepares a socket of our own kind. */
    static void prepareSocket(Sqe sqe) {
        sqe.prepSocket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, Libc.IPPROTO_TCP);
    }
}
