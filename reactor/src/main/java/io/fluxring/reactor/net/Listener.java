package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.net.Acceptor;
import io.fluxring.core.net.StreamGroup;
import io.fluxring.core.sys.Kernel;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.reactor.error.RingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A listening socket. Connections wait in the kernel's backlog until somebody subscribes to {@link #accept} and requests them.
 *
 * <p><b>Ownership.</b> Whoever opened the listener closes it; its connections live on. Closing the ring closes both.
 *
 * <p><b>Threads.</b> Every method may be called by any thread.
 */
public final class Listener implements Disposable {
    static {
        SocketFailure.prepare(); // a listener is where descriptors run out
    }

    private final RingLoop loop;
    private final StreamGroup group;
    private final ListenOptions options;
    private final RawFd file;
    private final InetSocketAddress localAddress;
    private final Acceptor acceptor;
    private final ConnectionOwner owner = this::connectionClosed;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final CloseSignal closed = new CloseSignal();
    private final Runnable closeHook = this::closeAll;

    private Listener(StreamGroup group, ListenOptions options, RawFd file, InetSocketAddress address) {
        this.loop = group.loop();
        this.group = group;
        this.options = options;
        this.file = file;
        this.localAddress = address;
        this.acceptor = new Acceptor(loop, file, text(address), options.forAcceptor(), this::descriptorClosed);
    }

    /**
     * Binds and listens, at once, with ordinary system calls.
     *
     * @param group of which the connections will be
     * @param address where to listen; port 0 lets the kernel pick one
     * @throws RingException when the kernel refuses, such as {@code EADDRINUSE}
     * @throws IllegalArgumentException when the address is not resolved, or the options ask for direct descriptors of a loop
     *     that has none
     */
    static Listener open(StreamGroup group, InetSocketAddress address, ListenOptions options) {
        RingLoop loop = group.loop();
        if (options.direct() && loop.files() == null) {
            throw new IllegalArgumentException(
                    "direct descriptors were asked for, but the loop was configured with none");
        }
        int family = SocketAddresses.family(address);
        Kernel kernel = loop.kernel();
        int fd = require("SOCKET", kernel.socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        try {
            InetSocketAddress bound = listen(kernel, fd, address, options);
            Listener listener = new Listener(group, options, new RawFd(fd), bound);
            loop.execute(() -> loop.addCloseHook(listener.closeHook));
            return listener;
        } catch (RuntimeException | Error e) {
            kernel.close(fd);
            throw e;
        }
    }

    private static InetSocketAddress listen(Kernel kernel, int fd, InetSocketAddress address, ListenOptions options) {
        try (Arena arena = Arena.ofConfined()) {
            set(kernel, fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, true);
            set(kernel, fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, options.reusePort());
            // Set on the listener, because accepted sockets inherit it: no call for each of them.
            set(kernel, fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, options.noDelay());
            require("BIND " + text(address), kernel.bind(fd, SocketAddresses.encode(address, arena)));
            require("LISTEN " + text(address), kernel.listen(fd, options.backlog()));
            MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
            require("getsockname", kernel.socketName(fd, bound));
            return SocketAddresses.decode(bound);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static void set(Kernel kernel, int fd, int level, int name, boolean on) {
        if (on) {
            require("setsockopt " + level + "/" + name, kernel.setSocketOption(fd, level, name, 1));
        }
    }

    private static int require(String what, int result) {
        if (result < 0) {
            throw RingException.of(what, result);
        }
        return result;
    }

    /** Where this listens, with the port that the kernel picked. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Connections, as requested. Completes when the listener is closed. One subscriber at a time; when it cancels, the
     * connections that come later wait in the backlog for the next.
     *
     * <p>A want of descriptors or memory is not an error of the stream: it is logged once, counted, and overcome by waiting.
     *
     * <p><b>Backpressure:</b> small requests are served by single accepts, large ones by a multishot accept with a high mark.
     * No more connections are accepted than the ring has slots for.
     *
     * <p><b>Discard Support:</b> connections that were accepted and not delivered are closed, on cancel and on close.
     */
    public Flux<Connection> accept() {
        return FluxAccept.of(this);
    }

    /** Stops listening. Completes when the descriptor is closed. Begins when it is subscribed to. */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            dispose();
            return closed.mono();
        });
    }

    /** Begins to close the listener and does not wait for it. */
    @Override
    public void dispose() {
        loop.signal(acceptor::close);
    }

    /** Whether the listener is closed, and its descriptor with it. */
    @Override
    public boolean isDisposed() {
        return closed.hasCome();
    }

    // ---- for the loop's thread

    private void closeAll() {
        acceptor.close();
        for (Connection connection : List.copyOf(connections)) {
            loop.execute(connection::closeNow); // at once, and a subscriber that throws does not keep the others open
        }
    }

    RingLoop loop() {
        return loop;
    }

    RawFd file() {
        return file;
    }

    Acceptor acceptor() {
        return acceptor;
    }

    /** A connection was accepted: it has its slots from here on. */
    Connection opened(FileRef accepted) {
        Connection connection = new Connection(group, owner, accepted, options);
        connections.add(connection);
        return connection;
    }

    private void connectionClosed(Connection connection) {
        connections.remove(connection);
        forgetWhenOver();
        acceptor.placeFreed();
    }

    private void descriptorClosed() {
        closed.emit();
        forgetWhenOver();
    }

    /** The loop has nothing to close for a listener that is closed and whose connections are. */
    private void forgetWhenOver() {
        if (closed.hasCome() && connections.isEmpty()) {
            loop.removeCloseHook(closeHook);
        }
    }

    @Override
    public String toString() {
        return "Listener[" + localAddress + ", " + file + ", " + connections.size() + " connections, " + acceptor + "]";
    }
}
