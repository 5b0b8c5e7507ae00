package io.fluxring.reactor.net;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.net.ConnectHandler;
import io.fluxring.core.net.Connector;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.LoopSubscription;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Makes a connection for each subscriber. */
final class MonoConnect extends Mono<Connection> implements Scannable {
    private final StreamSockets sockets;
    private final InetSocketAddress address;
    private final ConnectOptions options;

    private MonoConnect(StreamSockets sockets, InetSocketAddress address, ConnectOptions options) {
        this.sockets = sockets;
        this.address = address;
        this.options = options;
    }

    static Mono<Connection> of(StreamSockets sockets, InetSocketAddress address, ConnectOptions options) {
        return CallSite.name(onAssembly(new MonoConnect(sockets, address, options)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Connection> actual) {
        new ConnectSubscription(actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** A socket that can be connected. On the loop's thread: none of the calls waits for anything. */
    private RawFd openSocket(Kernel kernel) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved host name: " + address.getHostString()
                    + "; new InetSocketAddress(name, port) looks it up, and there is no such name if it stays"
                    + " unresolved");
        }
        int family = SocketAddresses.family(address);
        InetSocketAddress from = options.localAddress();
        if (from != null && SocketAddresses.family(from) != family) {
            throw new IllegalArgumentException(
                    "cannot connect from " + text(from) + " to " + text(address) + ": one is IPv4, the other IPv6");
        }
        int fd = require(
                "SOCKET", "to " + text(address), kernel.socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        try {
            configure(kernel, fd, from);
            return new RawFd(fd);
        } catch (RuntimeException | Error e) {
            kernel.close(fd);
            throw e;
        }
    }

    private void configure(Kernel kernel, int fd, @Nullable InetSocketAddress from) {
        if (options.noDelay()) {
            require("SETSOCKOPT", "TCP_NODELAY", kernel.setSocketOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1));
        }
        SocketProperties.set(kernel, fd, options.socketOptions());
        if (from != null) {
            try (Arena arena = Arena.ofConfined()) {
                require("BIND", text(from), kernel.bind(fd, SocketAddresses.encode(from, arena)));
            }
        }
    }

    private static int require(String operation, String subject, int result) {
        if (result < 0) {
            throw RingException.of(
                    operation, null, subject, result, Errno.ofResult(result).remedy());
        }
        return result;
    }

    private final class ConnectSubscription extends LoopSubscription<Connection> implements ConnectHandler {
        private @Nullable Connector connector;
        private @Nullable Connection connection; // not emitted

        private @Nullable RawFd attempted;

        ConnectSubscription(CoreSubscriber<? super Connection> actual) {
            super(sockets.loop(), actual);
        }

        @Override
        protected void attach() {
            RingLoop loop = loop();
            if (loop.isClosing()) {
                fail(RingException.ringClosed());
                return;
            }
            try {
                RawFd file = openSocket(loop.kernel());
                attempted = file;
                Connector started =
                        new Connector(loop, file, address, memory -> SocketAddresses.encode(address, memory), this);
                connector = started;
                started.start(options.timeoutNanos());
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        @Override
        protected void drain() {
            Connection made = connection;
            if (made != null && demand() > 0) {
                connection = null;
                next(made);
                complete();
            }
        }

        @Override
        protected void detach() {
            Connector started = connector;
            if (started != null) {
                started.cancel();
            }
            Connection unwanted = connection;
            if (unwanted != null) {
                connection = null;
                unwanted.dispose();
            }
        }

        @Override
        public void connected(RawFd file) {
            Connection made = sockets.connected(file, options);
            connection = made;
            if (isCancelled()) {
                detach(); // on its way from another thread: that one's task comes later
            } else {
                drain();
            }
        }

        private RingException failure(String limit, int result) {
            return RingException.of(
                    "CONNECT",
                    attempted,
                    "to " + text(address) + limit,
                    result,
                    Errno.ofResult(result).remedy());
        }

        @Override
        public void failed(int result) {
            if (isOver()) {
                return;
            }
            if (result == Errno.ECANCELED.result()) {
                fail(RingException.ringClosed()); // nothing else calls off what the subscriber has not
            } else if (result == Errno.ETIMEDOUT.result()) {
                fail(failure(" within " + options.timeout(), result));
            } else {
                fail(failure("", result));
            }
        }
    }
}
