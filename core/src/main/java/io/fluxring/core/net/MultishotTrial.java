package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tries whether a multishot receive hears of an end that comes together with bytes. Before a correction of the spring of 2026, which
 * went into the long-term kernels as well, Linux counted the two wake-ups as one when the thread had not looked in between: the
 * receive fetched the bytes, and waited for ever. A peer that sends a little and resets the connection kept its server's descriptor.
 */
final class MultishotTrial implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MultishotTrial.class.getName());
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final long LIMIT_NANOS = 50_000_000;
    private static final int ENTRIES = 8;
    private static final int PIECE_BYTES = 64;
    private static final int BUFFERS = 4;

    private static final long RECEIVE = 1;
    private static final long OTHER = 2;

    /** Once for the process: a kernel does not change. */
    private static final class Answer {
        static final boolean LOSES_ENDS = ask().orElse(false);
    }

    private final Kernel kernel = Kernel.linux();
    private final Arena arena = Arena.ofConfined();
    private final Set<Integer> descriptors = new HashSet<>();
    private final Ring receiving = open();
    private final Ring sending = open(); // an enter of its own would have the other one look
    private int lastResult;
    private boolean isReceiving;

    private Ring open() {
        return Ring.open(
                kernel, RingConfig.defaults().withEntries(ENTRIES, ENTRIES * 2).withImmediateStart());
    }

    /** Whether an end can be lost on a kernel. Of a simulated one it is not asked. */
    static boolean losesEnds(Kernel kernel) {
        return kernel == Kernel.linux() && Answer.LOSES_ENDS;
    }

    /** Whether ends are lost; empty where that can't be tried: no descriptors are left, or there is no loopback device. */
    static Optional<Boolean> ask() {
        try (MultishotTrial trial = new MultishotTrial()) {
            boolean loses = !trial.hearsOfTheEnd();
            if (loses) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "Linux {0} can lose the end of a connection behind its last bytes in a multishot receive; "
                                + "receives are asked for one by one",
                        trial.receiving.capabilities().kernelRelease());
            }
            return Optional.of(loses);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "multishot receives could not be tried", e);
            return Optional.empty();
        }
    }

    private boolean hearsOfTheEnd() {
        MemorySegment address = arena.allocate(SocketAddresses.MAX_BYTES);
        int listener = socket();
        require(kernel.bind(listener, SocketAddresses.encode(LOOPBACK, arena)));
        require(kernel.listen(listener, 1));
        int addressBytes = require(kernel.socketName(listener, address));
        int peer = socket();
        require(kernel.connectDatagram(peer, address.asSlice(0, addressBytes))); // connect(2), of any type
        int accepted = own(run(sending, sqe -> sqe.prepAccept(listener, Libc.SOCK_CLOEXEC)));
        receive(accepted);
        MemorySegment piece = arena.allocate(1);
        require(run(sending, sqe -> sqe.prepSend(peer, piece.address(), 1, 0)));
        reset(peer);
        long limit = kernel.nanoTime() + LIMIT_NANOS;
        for (long left = LIMIT_NANOS; isReceiving && left > 0; left = limit - kernel.nanoTime()) {
            receiving.submitAndWait(1, left, 0);
            take(receiving);
        }
        return !isReceiving;
    }

    private void receive(int fd) {
        MemorySegment buffers = arena.allocate((long) BUFFERS * PIECE_BYTES);
        require(run(receiving, sqe -> sqe.prepProvideBuffers(buffers.address(), PIECE_BYTES, BUFFERS, 0, 0)));
        add(receiving, sqe -> sqe.prepReceiveMultishot(fd, 0).userData(RECEIVE));
        isReceiving = true;
        require(receiving.submit());
    }

    private void reset(int fd) {
        MemorySegment linger = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
        linger.set(ValueLayout.JAVA_INT, 0, 1); // on, for no time
        require(kernel.setSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, linger));
        descriptors.remove(fd);
        kernel.close(fd);
    }

    private int socket() {
        return own(kernel.socket(SocketAddresses.family(LOOPBACK), Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
    }

    private int own(int fd) {
        descriptors.add(require(fd));
        return fd;
    }

    private static int require(int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.describe(result));
        }
        return result;
    }

    private static void add(Ring to, Consumer<Sqe> preparation) {
        Sqe sqe = to.submissions().claim();
        if (sqe == null) {
            throw new IllegalStateException("no entry is left");
        }
        preparation.accept(sqe);
    }

    private int run(Ring by, Consumer<Sqe> preparation) {
        add(by, sqe -> {
            preparation.accept(sqe);
            sqe.userData(OTHER);
        });
        lastResult = Errno.ETIME.result();
        by.submitAndWait(1, LIMIT_NANOS, 0);
        take(by);
        return lastResult;
    }

    private void take(Ring from) {
        from.completions().drain((userData, result, flags) -> {
            if (userData == OTHER) {
                lastResult = result;
            } else if ((flags & Abi.CQE_F_MORE) == 0) {
                isReceiving = false;
            }
        });
    }

    /** A receive that has not ended keeps its memory: the kernel may write there until it has let go of the ring. */
    @Override
    public void close() {
        descriptors.forEach(kernel::close);
        sending.close();
        receiving.close();
        if (!isReceiving) {
            arena.close();
        }
    }
}
