package io.fluxring.core.sim;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A ring on either kernel, and a log of what it completes: the same scenario must give the same log on both. */
final class Bench implements AutoCloseable {
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    /** The far end of a connection on either kernel. */
    interface Remote {
        void send(byte[] bytes);

        byte[] receive(int length);

        void shutdownOutput();

        void close();
    }

    final Kernel kernel;
    final Ring ring;
    final Arena arena = Arena.ofShared();
    private final Supplier<? extends Kernel> kernels;
    private final @Nullable SimulatedKernel simulated;
    private final List<String> log = new ArrayList<>();
    private final List<Integer> results = new ArrayList<>();
    private final List<Integer> descriptors = new ArrayList<>();
    private final List<Runnable> actions = new ArrayList<>();
    private @Nullable String directory;
    private boolean opening;
    private final List<Remote> remotes = new ArrayList<>();

    /**
     * Opens a ring.
     *
     * @param kernels gives a kernel for each ring of the bench, all of them of the same machine
     */
    Bench(Supplier<? extends Kernel> kernels, int submissions, int completions) {
        this.kernels = kernels;
        this.kernel = kernels.get();
        this.simulated = kernel instanceof SimulatedKernel simulatedKernel ? simulatedKernel : null;
        this.ring = Ring.open(kernel, RingConfig.defaults().withEntries(submissions, completions));
        ring.enable();
    }

    /** A kernel of the same machine, for another ring. */
    Kernel otherKernel() {
        return kernels.get();
    }

    List<String> log() {
        return log;
    }

    void note(String line) {
        log.add(line);
    }

    /** The next entry. */
    Sqe sqe() {
        Sqe sqe = ring.submissions().claim();
        if (sqe == null) {
            throw new IllegalStateException("the submission queue is full");
        }
        return sqe;
    }

    /** Submits, waits for so many completions, and logs all that are there. */
    void submit(int wait) {
        submit(wait, PATIENCE_NANOS);
    }

    void submit(int wait, long nanos) {
        int left = wait;
        do {
            // A wait may come back with less: starting a worker looks like a signal to it.
            int result = ring.submitAndWait(left, nanos, 0);
            left -= drain();
            if (result < 0) {
                note("enter: " + Errno.describe(result));
                return;
            }
        } while (left > 0);
    }

    /** Submits and takes nothing. */
    void submitOnly() {
        note("submitted " + ring.submit());
    }

    int drain() {
        return ring.completions().drain((userData, result, flags) -> {
            results.add(result);
            String text = result >= 0 && opening ? "opened" + flags(flags) : describe(result, flags);
            log.add(userData + ": " + text);
        });
    }

    static String describe(int result, int flags) {
        return (result < 0 ? Errno.describe(result) : Integer.toString(result)) + flags(flags);
    }

    /** Submits and logs so many completions, in the order of their user data: theirs is not determined. */
    void submitTogether(int count) {
        List<String> before = List.copyOf(log);
        log.clear();
        submit(count);
        for (int i = 0; i < 10 && log.size() < count; i++) {
            submit(1);
        }
        List<String> sorted = log.stream().sorted().toList();
        log.clear();
        log.addAll(before);
        log.addAll(sorted);
    }

    /** Whether what follows opens descriptors: their numbers differ between the kernels. */
    void opens(boolean on) {
        opening = on;
    }

    /** The result of the latest completion but so many. */
    int result(int fromEnd) {
        return results.get(results.size() - 1 - fromEnd);
    }

    private static String flags(int flags) {
        StringBuilder text = new StringBuilder();
        if ((flags & Abi.CQE_F_BUFFER) != 0) {
            text.append(" buffer ").append(flags >>> Abi.CQE_BUFFER_SHIFT);
        }
        text.append((flags & Abi.CQE_F_BUF_MORE) != 0 ? " of which more" : "");
        text.append((flags & Abi.CQE_F_SOCK_NONEMPTY) != 0 ? " nonempty" : "");
        text.append((flags & Abi.CQE_F_MORE) != 0 ? " more" : "");
        text.append((flags & Abi.CQE_F_NOTIF) != 0 ? " notification" : "");
        return text.toString();
    }

    /** The address of a {@code struct __kernel_timespec}. */
    long timespec(long nanos) {
        MemorySegment timespec = arena.allocate(16, 8);
        timespec.set(ValueLayout.JAVA_LONG, 0, nanos / 1_000_000_000L);
        timespec.set(ValueLayout.JAVA_LONG, 8, nanos % 1_000_000_000L);
        return timespec.address();
    }

    /** The address of a name in a directory that is there for this bench alone; the directory itself for an empty name. */
    long path(String name) {
        return arena.allocateFrom(directory() + (name.isEmpty() ? "" : "/" + name))
                .address();
    }

    private String directory() {
        if (directory == null) {
            directory = simulated == null ? realDirectory() : "/bench";
            if (simulated != null) {
                simulated.makeDirectory(directory);
            }
        }
        return directory;
    }

    private static String realDirectory() {
        try {
            return Files.createTempDirectory("bench").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        try (Stream<Path> inside = Files.walk(path)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has to be given back when the scenario is over. */
    void atEnd(Runnable action) {
        actions.add(action);
    }

    /** An eventfd that nobody has signalled. */
    int eventFd() {
        int eventFd = require(kernel.eventFd(Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK));
        owns(eventFd);
        return eventFd;
    }

    /** An epoll instance without descriptors. */
    int epoll() {
        int epoll = require(simulated == null ? realEpoll() : simulated.epoll());
        owns(epoll);
        return epoll;
    }

    @SuppressWarnings("restricted") // native access
    private static int realEpoll() {
        MethodHandle create = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("epoll_create1"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            return (int) create.invokeExact(Libc.O_CLOEXEC);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    BufferRing buffers(BufferRingConfig config) {
        return BufferRing.register(ring, arena, config, 0, () -> {}).pool();
    }

    // ---- sockets

    int listener(int backlog) {
        int fd = require(kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        require(kernel.bind(fd, loopback()));
        require(kernel.listen(fd, backlog));
        owns(fd);
        return fd;
    }

    MemorySegment loopback() {
        return SocketAddresses.encode(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), arena);
    }

    void owns(int fd) {
        descriptors.add(fd);
    }

    void disowns(int fd) {
        descriptors.remove(Integer.valueOf(fd));
    }

    Remote connect(int listener) {
        MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES, 4);
        require(kernel.socketName(listener, bound));
        InetSocketAddress address = SocketAddresses.decode(bound);
        Remote remote = simulated == null ? new RealRemote(address) : new SimulatedRemote(simulated.connect(address));
        remotes.add(remote);
        return remote;
    }

    /** A connected socket, accepted outside of the log. */
    int accept(int listener) {
        sqe().prepAccept(listener, Libc.SOCK_CLOEXEC).userData(0);
        ring.submitAndWait(1, PATIENCE_NANOS, 0);
        int[] accepted = new int[1];
        ring.completions().drain((userData, result, flags) -> accepted[0] = result);
        owns(require(accepted[0]));
        return accepted[0];
    }

    /** Waits until a socket has something to read, outside of the log. */
    void awaitReadable(int fd) {
        sqe().prepPoll(fd, Libc.POLLIN).userData(0);
        ring.submitAndWait(1, PATIENCE_NANOS, 0);
        ring.completions().drain((userData, result, flags) -> require(result));
    }

    static int require(int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.describe(result));
        }
        return result;
    }

    @Override
    public void close() {
        actions.forEach(Runnable::run);
        cancelEverything();
        if (directory != null && simulated == null) {
            delete(Path.of(directory));
        }
        remotes.forEach(Remote::close);
        descriptors.forEach(kernel::close);
        ring.close();
        if (simulated != null) {
            simulated.verifyNothingLeft();
        }
        arena.close();
    }

    private void cancelEverything() {
        int[] cancelled = {1};
        while (cancelled[0] > 0) {
            sqe().prepCancelAll().userData(0);
            ring.submit();
            cancelled[0] = 0;
            ring.completions().drain((userData, result, flags) -> cancelled[0] += userData == 0 ? result : 0);
        }
        ring.submit();
        ring.completions().drain((userData, result, flags) -> {});
    }

    private static final class SimulatedRemote implements Remote {
        private final SimulatedPeer peer;

        SimulatedRemote(SimulatedPeer peer) {
            this.peer = peer;
        }

        @Override
        public void send(byte[] bytes) {
            if (peer.send(bytes, 0, bytes.length) != bytes.length) {
                throw new IllegalStateException("the socket is full");
            }
        }

        @Override
        public byte[] receive(int length) {
            return peer.receive(length);
        }

        @Override
        public void shutdownOutput() {
            peer.shutdownOutput();
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    private static final class RealRemote implements Remote {
        private final Socket socket;

        RealRemote(InetSocketAddress address) {
            try {
                socket = new Socket(address.getAddress(), address.getPort());
                socket.setTcpNoDelay(true);
                socket.setSoTimeout((int) (PATIENCE_NANOS / 1_000_000));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void send(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] receive(int length) {
            try {
                return socket.getInputStream().readNBytes(length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void shutdownOutput() {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
