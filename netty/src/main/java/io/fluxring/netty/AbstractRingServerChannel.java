package io.fluxring.netty;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.net.AcceptHandler;
import io.fluxring.core.net.AcceptOptions;
import io.fluxring.core.net.Acceptor;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.ServerConfig;
import io.fluxring.netty.socket.Descriptor;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the listening channels of TCP and of Unix sockets have in common: an {@link Acceptor} in Netty's events. */
public abstract sealed class AbstractRingServerChannel extends AbstractServerChannel
        permits RingServerDomainSocketChannel, RingServerSocketChannel {
    private enum Phase {
        /** Has a descriptor that is not bound. */
        OPEN,
        /** Listens. */
        LISTENING,
        /** Closed by this side; the descriptor is, or soon will be. */
        CLOSED
    }

    private final Kernel kernel;
    private final Descriptor descriptor;
    private final Accepting accepting = new Accepting();

    private volatile Phase phase = Phase.OPEN;
    private @Nullable IoRegistration registration;
    private @Nullable RingIoHandler handler;
    private @Nullable Acceptor acceptor;
    private @Nullable SocketAddress local;
    private @Nullable Runnable onClosed; // ends the close that is on its way
    private boolean readPending;

    AbstractRingServerChannel(Kernel kernel, RawFd file) {
        this.kernel = kernel;
        this.descriptor = new Descriptor(kernel, file);
    }

    /** The configuration, which {@link #config} returns. */
    abstract ServerConfig settings();

    /** Binds the descriptor. */
    abstract void bindDescriptor(SocketAddress address) throws IOException;

    /** The address that the socket is bound to, as the kernel tells it. */
    abstract @Nullable SocketAddress address();

    /** The socket that was bound to an address is closed. */
    void unbound(SocketAddress address) {}

    /** A channel for an accepted connection. */
    abstract Channel newChild(RawFd accepted);

    Kernel kernel() {
        return kernel;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    void clearReadPending() {
        readPending = false;
    }

    private RingIoHandler handler() {
        return Objects.requireNonNull(handler, "not registered");
    }

    // ---- registration

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new RingUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(RingUnsafe.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((IoEventLoop) eventLoop()).register((RingUnsafe) unsafe()).addListener((Future<IoRegistration> registered) -> {
            if (!registered.isSuccess()) {
                promise.setFailure(registered.cause());
                return;
            }
            registration = registered.getNow();
            handler = registration.attachment();
            promise.setSuccess();
        });
    }

    @Override
    protected void doDeregister() {
        IoRegistration over = registration;
        registration = null;
        if (over != null) {
            over.cancel();
        }
    }

    // ---- listening

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        bindDescriptor(address);
        int backlog = settings().getBacklog();
        int result = descriptor.call(fd -> kernel.listen(fd, backlog));
        if (result < 0) {
            throw SocketExceptions.of("listen", result);
        }
        local = address();
        phase = Phase.LISTENING;
        handler().socketOpened();
        acceptor = new Acceptor(
                handler().loop(),
                descriptor.file(),
                String.valueOf(local),
                new AcceptOptions(backlog, true, false, false),
                this::socketClosed);
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        Acceptor from = acceptor;
        if (from != null && !from.attach(accepting)) {
            from.deliver();
        }
    }

    /** The connections that Netty asks for. */
    private final class Accepting implements AcceptHandler {
        private int accepted;

        @Override
        @SuppressWarnings("deprecation") // the limit of a read, wherever it was set
        public long demand() {
            if (phase != Phase.LISTENING) {
                return 0;
            }
            if (settings().isAutoRead()) {
                return Long.MAX_VALUE;
            }
            return readPending ? Math.max(1, settings().getMaxMessagesPerRead() - accepted) : 0;
        }

        @Override
        @SuppressWarnings("deprecation") // the limit of a read, wherever it was set
        public void accepted(FileRef file) {
            handler().handled();
            accepted++;
            if (!settings().isAutoRead() && accepted >= settings().getMaxMessagesPerRead()) {
                readPending = false;
                accepted = 0;
            }
            pipeline().fireChannelRead(newChild((RawFd) file));
            pipeline().fireChannelReadComplete();
        }

        @Override
        public void ended(int result) {
            if (result < 0) {
                pipeline().fireExceptionCaught(SocketExceptions.of("accept", result));
                unsafe().close(unsafe().voidPromise());
            }
        }
    }

    // ---- the end

    private void socketClosed() {
        handler().socketClosed();
        descriptor.isGone();
        acceptor = null;
        Runnable then = onClosed;
        onClosed = null;
        if (then != null) {
            then.run();
        }
    }

    @Override
    protected void doClose() {
        phase = Phase.CLOSED;
        Acceptor open = acceptor;
        if (open == null) {
            descriptor.close();
        } else {
            handler().loop().signal(open::close); // forced: the orderly close comes here when all is done
        }
        if (local != null) {
            unbound(local);
        }
    }

    @Override
    public boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    @Override
    public boolean isActive() {
        return phase == Phase.LISTENING;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return local; // none before the bind: what the kernel says then would be kept
    }

    /** Netty's way into the channel. */
    final class RingUnsafe extends AbstractUnsafe implements RingHandle {
        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        public void connect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a listening channel does not connect"));
        }

        @Override
        protected @Nullable Executor prepareToClose() {
            Acceptor open = acceptor;
            phase = Phase.CLOSED;
            if (open != null) {
                descriptor.isGone(); // the acceptor closes it
            }
            return open == null
                    ? null
                    : closed -> {
                        onClosed = closed;
                        open.close();
                    };
        }
    }
}
