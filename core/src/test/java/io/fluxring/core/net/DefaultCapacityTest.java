package io.fluxring.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many connections a ring of the default configuration holds, as the second decision says. */
class DefaultCapacityTest implements AcceptHandler {
    private static final int CONNECTIONS = 8192;
    private static final int BACKLOG = 1024;

    private final SimulatedKernel kernel = new SimulatedKernel(1).socketBuffers(1, 1);
    private final Arena arena = Arena.ofConfined();
    private final RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
    private final ArrayDeque<StreamSocket> sockets = new ArrayDeque<>();
    private StreamGroup group;
    private Acceptor acceptor;

    @AfterEach
    void close() {
        acceptor.close();
        sockets.forEach(StreamSocket::close);
        loop.close();
        kernel.verifyNothingLeft();
        arena.close();
    }

    @Test
    void oneMoreConnectionWaitsForAPlace() {
        loop.attach();
        group = new StreamGroup(loop, loop.provideBuffers(BufferRingConfig.of(8, 64)));
        InetSocketAddress address = listen();
        int connected = 0;
        while (connected <= CONNECTIONS) {
            if (kernel.connect(address) == null) {
                loop.tick(0); // the backlog is full
            } else {
                connected++;
            }
        }
        settle();
        assertThat(sockets).hasSize(CONNECTIONS);
        assertThat(loop.counters().get(Counter.ACCEPT_FULL)).isOne();
        sockets.remove().close();
        settle();
        assertThat(sockets).hasSize(CONNECTIONS);
    }

    private InetSocketAddress listen() {
        int fd = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        kernel.bind(fd, SocketAddresses.encode(new InetSocketAddress("127.0.0.1", 0), arena));
        kernel.listen(fd, BACKLOG);
        MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
        kernel.socketName(fd, bound);
        AcceptOptions options = new AcceptOptions(BACKLOG, true, false, false);
        acceptor = new Acceptor(loop, new RawFd(fd), "the listener", options, () -> {});
        acceptor.attach(this);
        return SocketAddresses.decode(bound);
    }

    /** Until two rounds one after the other have brought nothing. */
    private void settle() {
        for (int idle = 0; idle < 2; ) {
            idle = loop.tick(0) == 0 ? idle + 1 : 0;
        }
    }

    @Override
    public long demand() {
        return Long.MAX_VALUE;
    }

    @Override
    public void accepted(FileRef file) {
        sockets.add(new StreamSocket(group, file, true, false, acceptor::placeFreed));
    }

    @Override
    public void ended(int result) {}
}
