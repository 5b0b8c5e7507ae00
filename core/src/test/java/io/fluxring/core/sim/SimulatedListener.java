package io.fluxring.core.sim;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A listening socket of a simulated kernel, for tests of what comes after the accept. */
final class SimulatedListener {
    /** Where it listens. */
    static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

    private SimulatedListener() {}

    /** {@return its descriptor} */
    static int open(SimulatedKernel kernel) {
        int fd = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            kernel.bind(fd, SocketAddresses.encode(ADDRESS, arena));
        }
        kernel.listen(fd, 5);
        return fd;
    }

    /** {@return the accepted end of a new connection to a listener of its own, by a ring without a loop} */
    static int connection(SimulatedKernel kernel, Ring ring) {
        int listener = open(kernel);
        kernel.connect(ADDRESS);
        ring.submissions().claim().prepAccept(listener, 0).userData(1);
        ring.submit();
        int[] fd = new int[1];
        ring.completions().drain((userData, result, flags) -> fd[0] = result);
        return fd[0];
    }

    /** {@return the descriptor of a connection that waits, accepted by a loop that the calling thread ticks} */
    static int accept(RingLoop loop, int listener) {
        int[] fd = {-1};
        new TrackedOperation(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, 0), (result, flags) -> fd[0] = result)
                .submit(loop);
        loop.tick(0);
        return fd[0];
    }
}
