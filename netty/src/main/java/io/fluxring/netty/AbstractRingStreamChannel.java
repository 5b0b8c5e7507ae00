package io.fluxring.netty;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.StreamConfig;
import io.fluxring.netty.memory.NativeBytes;
import io.fluxring.netty.socket.Descriptor;
import io.fluxring.netty.socket.Lingering;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the channels of TCP and of Unix stream sockets have in common. */
public abstract sealed class AbstractRingStreamChannel extends AbstractChannel implements DuplexChannel
        permits RingDomainSocketChannel, RingSocketChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private enum Phase {
        /** Has a descriptor that is not connected. */
        OPEN,
        /** A connect is on its way. */
        CONNECTING,
        /** Connected. */
        ACTIVE,
        /** Closed by this side; the descriptor is, or soon will be. */
        CLOSED
    }

    private final Kernel kernel;
    private final Descriptor descriptor;
    private final StreamInbound inbound = new StreamInbound(this);
    private final StreamOutbound outbound = new StreamOutbound(this);

    private volatile Phase phase;
    private volatile boolean outputShutDown;
    private @Nullable IoRegistration registration;
    private @Nullable RingIoHandler handler;
    private @Nullable StreamSocket socket;
    private @Nullable ConnectAttempt attempt;
    private @Nullable ChannelFuture released; // the socket, on its way to another loop
    private @Nullable Runnable onClosed; // ends the close that is on its way
    private @Nullable SocketAddress local;
    private @Nullable SocketAddress remote;

    AbstractRingStreamChannel(@Nullable Channel parent, Kernel kernel, RawFd file, boolean isConnected) {
        super(parent);
        this.kernel = kernel;
        this.descriptor = new Descriptor(kernel, file);
        this.phase = isConnected ? Phase.ACTIVE : Phase.OPEN;
    }

    /** The configuration, which {@link #config} returns. */
    abstract StreamConfig settings();

    /** The address of this side, or of the peer, as the kernel tells it; null when it tells none. */
    abstract @Nullable SocketAddress address(boolean ofPeer);

    /** Binds the descriptor, which may not be closed meanwhile. */
    abstract void bindDescriptor(SocketAddress address) throws IOException;

    /** Where to connect to, in a form that the kernel takes; throws for a kind of address that this channel does not. */
    abstract ConnectAttempt newAttempt(SocketAddress remoteAddress, ChannelPromise promise);

    // ---- for the parts of the channel

    Kernel kernel() {
        return kernel;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    StreamInbound inbound() {
        return inbound;
    }

    StreamOutbound outbound() {
        return outbound;
    }

    RingIoHandler handler() {
        return Objects.requireNonNull(handler, "not registered");
    }

    RingUnsafe ringUnsafe() {
        return (RingUnsafe) unsafe();
    }

    void writeFailed(IOException cause) {
        ringUnsafe().failWrites(cause);
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
        ((IoEventLoop) eventLoop()).register(ringUnsafe()).addListener((Future<IoRegistration> registered) -> {
            if (!registered.isSuccess()) {
                promise.setFailure(registered.cause());
                return;
            }
            registration = registered.getNow();
            handler = registration.attachment();
            if (phase == Phase.ACTIVE) {
                openSocket(descriptor.file());
            }
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

    /** The loop takes the connected descriptor over. */
    private void openSocket(RawFd file) {
        RingIoHandler on = handler();
        on.socketOpened();
        StreamSocket opened = new StreamSocket(on.sockets(), file, true, false, this::socketClosed);
        descriptor.belongsTo(opened);
        socket = opened;
        if (local == null) {
            local = address(false);
        }
        if (remote == null) {
            remote = address(true);
        }
        inbound.open(opened);
        outbound.open(opened);
    }

    /** Gives the descriptor back to the channel, with what was not read, for another loop to go on. */
    private void releaseSocket(StreamSocket from, Runnable released) {
        outbound.leave(() -> from.release(file -> {
            handler().socketClosed();
            socket = null;
            inbound.suspend();
            outbound.suspend();
            descriptor.isOwn((RawFd) file);
            released.run();
            runOnClosed(); // of a close that came too late to take the socket
        }));
    }

    // ---- connecting

    void connected(RawFd file, SocketAddress peer) {
        attempt = null;
        if (phase != Phase.CONNECTING) {
            return; // closed meanwhile; the descriptor is the channel's again, and the close goes on
        }
        phase = Phase.ACTIVE;
        remote = peer;
        openSocket(file);
    }

    void connectFailed() {
        attempt = null;
        if (phase == Phase.CONNECTING) {
            phase = Phase.CLOSED;
        }
        runOnClosed();
    }

    // ---- the end

    /** Closes the socket in the order that its peer expects: first what was promised to be sent. */
    private void closeSocket(StreamSocket closing, Runnable closed) {
        onClosed = closed;
        inbound.close();
        if (settings().getSoLinger() == 0) {
            outbound.drop();
            closing.close(); // a reset takes back all that is not sent
            return;
        }
        RingIoHandler on = handler();
        new LastBytes(on.loop(), outbound, on.lastBytesNanos(), () -> closeSent(closing));
    }

    private void closeSent(StreamSocket closing) {
        if (outbound.hasLost()) {
            settings().resetOnClose(); // the peer must not take what it has got for all
        }
        if (settings().getSoLinger() > 0) {
            closing.closeAndHandOver(this::closeLingering);
        } else {
            closing.close();
        }
    }

    /** Such a close waits for the peer: not on the loop's thread. */
    private void closeLingering(FileRef file) {
        descriptor.isGone();
        Lingering.close(kernel, file.number(), () -> handler().loop().signal(this::socketClosed));
    }

    private void socketClosed() {
        handler().socketClosed();
        descriptor.isGone();
        socket = null;
        outbound.drop();
        runOnClosed();
    }

    private void runOnClosed() {
        Runnable then = onClosed;
        onClosed = null;
        if (then != null) {
            then.run();
        }
    }

    @Override
    protected void doClose() {
        phase = Phase.CLOSED;
        StreamSocket open = socket;
        ConnectAttempt pending = attempt;
        if (open != null) {
            open.loop().signal(open::close); // forced: the orderly close comes here when all is done
        } else if (pending != null) {
            pending.cancel();
        } else {
            descriptor.close();
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    public boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    @Override
    public boolean isActive() {
        return phase == Phase.ACTIVE;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return local; // none before the bind: what the kernel says then would be kept
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        bindDescriptor(address);
        local = address(false);
    }

    // ---- reading and writing

    @Override
    public ChannelFuture write(Object message) {
        return super.write(ChunkedFiles.offLoop(this, message));
    }

    @Override
    public ChannelFuture write(Object message, ChannelPromise promise) {
        return super.write(ChunkedFiles.offLoop(this, message), promise);
    }

    @Override
    public ChannelFuture writeAndFlush(Object message) {
        return super.writeAndFlush(ChunkedFiles.offLoop(this, message));
    }

    @Override
    public ChannelFuture writeAndFlush(Object message, ChannelPromise promise) {
        return super.writeAndFlush(ChunkedFiles.offLoop(this, message), promise);
    }

    @Override
    protected void doBeginRead() {
        inbound.read();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        outbound.flush();
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf bytes) {
            boolean isCopied =
                    settings().isEarlyWriteCompletion() && bytes.readableBytes() <= StreamOutbound.MOST_COPIED_BYTES;
            return isCopied ? bytes : NativeBytes.toNative(bytes, settings().getAllocator());
        }
        if (message instanceof FileRegion) {
            return message;
        }
        throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message)
                + " (expected: ByteBuf, FileRegion)");
    }

    // ---- half-closure

    @Override
    protected void doShutdownOutput() throws IOException {
        outputShutDown = true;
        StreamSocket of = socket;
        if (of == null) {
            requireShutDown(descriptor.call(fd -> kernel.shutdown(fd, Libc.SHUT_WR)));
        } else {
            outbound.end(() -> {
                if (of.isOpen()) {
                    of.shutdownOutput(result -> {});
                }
            });
        }
    }

    private static void requireShutDown(int result) throws IOException {
        if (result == Errno.ENOTCONN.result()) {
            throw new NotYetConnectedException();
        }
        if (result < 0) {
            throw SocketExceptions.of("shutdown", result);
        }
    }

    private void doShutdownInput() throws IOException {
        inbound.shutDown();
        int result = descriptor.call(fd -> kernel.shutdown(fd, Libc.SHUT_RD));
        if (result == Errno.ECANCELED.result()) {
            throw new ClosedChannelException();
        }
        requireShutDown(result);
    }

    @Override
    public boolean isInputShutdown() {
        return !isActive() || inbound.isShutDown();
    }

    @Override
    public boolean isOutputShutdown() {
        return !isActive() || outputShutDown;
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        inLoop(() -> {
            try {
                doShutdownInput();
                promise.setSuccess();
            } catch (IOException | RuntimeException e) {
                promise.setFailure(e);
            }
        });
        return promise;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        inLoop(() -> ringUnsafe().shutdownOutput(promise));
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownOutput()
                .addListener(output -> shutdownInput().addListener(input -> {
                    Throwable cause = output.isSuccess() ? input.cause() : output.cause();
                    if (cause == null) {
                        promise.setSuccess();
                    } else {
                        promise.setFailure(cause);
                    }
                }));
        return promise;
    }

    private void inLoop(Runnable task) {
        EventLoop loop = eventLoop();
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** Netty's way into the channel. */
    final class RingUnsafe extends AbstractUnsafe implements RingHandle {
        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        public void close(ChannelPromise promise) {
            if (isActive()) {
                outbound.takeLast();
            }
            super.close(promise);
        }

        @Override
        public void connect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            if (promise.isDone() || !ensureOpen(promise)) {
                return;
            }
            if (phase == Phase.CONNECTING) {
                promise.tryFailure(new ConnectionPendingException());
                return;
            }
            if (phase == Phase.ACTIVE) {
                promise.tryFailure(new AlreadyConnectedException());
                return;
            }
            try {
                if (localAddress != null) {
                    doBind(localAddress);
                }
                ConnectAttempt begun = newAttempt(remoteAddress, promise);
                attempt = begun;
                phase = Phase.CONNECTING;
                begun.start();
            } catch (Exception e) {
                promise.tryFailure(annotateConnectException(e, remoteAddress));
                closeIfClosed();
            }
        }

        /** Connected: a promise that was cancelled meanwhile has closed the channel, or will. */
        void fulfil(ChannelPromise promise) {
            if (!isActive()) {
                return;
            }
            handler().handled();
            boolean wanted = promise.trySuccess();
            pipeline().fireChannelActive();
            if (!wanted) {
                close(voidPromise());
            }
        }

        void fail(ChannelPromise promise, IOException cause, SocketAddress peer) {
            // That of a time limit names the peer already, and is caught by its type.
            promise.tryFailure(
                    cause instanceof ConnectTimeoutException ? cause : annotateConnectException(cause, peer));
            closeIfClosed();
        }

        void failWrites(IOException cause) {
            handleWriteError(cause);
        }

        /**
         * The peer has ended its stream, and what is flushed still goes out. What is written from here on fails as the kernel would have
         * it: frameworks know a peer that has gone by that error, and would log a closed channel as a fault of theirs. That is many
         * writes, as the channel tells that it is inactive only when the socket is released.
         */
        void closeBehindPeer() {
            if (settings().isAutoClose()) {
                outbound.takeLast();
                handleWriteError(new IOException("Broken pipe: the peer has closed the connection"));
            } else {
                close(voidPromise());
            }
        }

        /** Not by way of the base class's flag: a batch that is sent later may fail, or a listener flush, within this call. */
        @Override
        protected void flush0() {
            if (isActive()) {
                outbound.flush();
            } else {
                super.flush0();
            }
        }

        @Override
        protected @Nullable Executor prepareToClose() {
            StreamSocket closing = socket;
            ConnectAttempt pending = attempt;
            phase = Phase.CLOSED;
            if (closing != null) {
                return closed -> closeSocket(closing, closed);
            }
            if (pending != null) {
                return closed -> {
                    onClosed = closed;
                    pending.cancel();
                };
            }
            inbound.close();
            return null;
        }

        /** The channel is off the loop when nothing of it is in the loop's ring any more. */
        @Override
        public void deregister(ChannelPromise promise) {
            StreamSocket open = socket;
            ChannelFuture earlier = released;
            if (open == null || !isOpen()) {
                super.deregister(promise);
            } else if (earlier != null) {
                earlier.addListener(over -> promise.trySuccess());
            } else {
                release(open, promise);
            }
        }

        private void release(StreamSocket open, ChannelPromise promise) {
            ChannelPromise leaving = newPromise();
            ChannelFutureListener closed = over -> leaving.trySuccess(); // a close that comes first takes the socket
            closeFuture().addListener(closed);
            leaving.addListener(over -> {
                closeFuture().removeListener(closed);
                released = null;
                if (isOpen()) {
                    super.deregister(promise);
                } else {
                    promise.trySuccess(); // the close does it
                }
            });
            released = leaving;
            releaseSocket(open, leaving::trySuccess);
        }
    }
}
