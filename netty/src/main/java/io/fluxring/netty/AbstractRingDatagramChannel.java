package io.fluxring.netty;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.ReceivedMessage;
import io.fluxring.core.net.datagram.DatagramHandler;
import io.fluxring.core.net.datagram.DatagramReceiver;
import io.fluxring.core.net.datagram.DatagramSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.config.DatagramConfig;
import io.fluxring.netty.memory.NativeBytes;
import io.fluxring.netty.socket.Descriptor;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the channels of UDP and of Unix datagram sockets have in common. */
public abstract sealed class AbstractRingDatagramChannel extends AbstractChannel
        permits RingDatagramChannel, RingDomainDatagramChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(true, 16);

    private enum Phase {
        /** Neither bound nor connected. */
        OPEN,
        /** Bound, by the user or by a connect. */
        BOUND,
        /** Closed by this side; the descriptor is, or soon will be. */
        CLOSED
    }

    private final Kernel kernel;
    private final Descriptor descriptor;
    private final Inbound inbound = new Inbound();
    private final DatagramOutbound outbound = new DatagramOutbound(this);

    private volatile Phase phase = Phase.OPEN;
    private volatile boolean connected;
    private @Nullable IoRegistration registration;
    private @Nullable RingIoHandler handler;
    private @Nullable DatagramSocket socket;
    private final ArrayDeque<Runnable> onReleased = new ArrayDeque<>(); // a close, or a deregistration, on its way
    private @Nullable SocketAddress local;
    private @Nullable SocketAddress remote;

    AbstractRingDatagramChannel(Kernel kernel, RawFd file) {
        super(null);
        this.kernel = kernel;
        this.descriptor = new Descriptor(kernel, file);
    }

    /** The configuration, which {@link #config} returns. */
    abstract DatagramConfig settings();

    /** An address in the form that the descriptor takes. */
    abstract MemorySegment encode(SocketAddress address, SegmentAllocator allocator);

    /** Whether it is a Unix socket. */
    abstract boolean isUnix();

    /** The address of a message's sender. */
    abstract @Nullable SocketAddress sender(MemorySegment name);

    /** The address of this side, or of the peer, as the kernel tells it. */
    abstract @Nullable SocketAddress address(boolean ofPeer);

    /** A message as the pipeline gets it. */
    abstract Object packet(ByteBuf content, @Nullable SocketAddress from, @Nullable SocketAddress to);

    /** The receiver that a connected socket is given up with, or null where the kernel knows no such form. */
    abstract MemorySegment nobody(SegmentAllocator allocator);

    /** What the channel is bound to anew when a disconnect has changed its address; null where that is as it was. */
    @Nullable
    SocketAddress toBindAgain(@Nullable SocketAddress before) {
        return null;
    }

    Kernel kernel() {
        return kernel;
    }

    /** Whether the calling thread may touch the channel: work that was left for the next round may outlive a registration. */
    boolean isHere() {
        return isRegistered() && eventLoop().inEventLoop();
    }

    Descriptor descriptor() {
        return descriptor;
    }

    RingIoHandler handler() {
        return Objects.requireNonNull(handler, "not registered");
    }

    @Nullable
    DatagramSocket socket() {
        return socket;
    }

    RingUnsafe ringUnsafe() {
        return (RingUnsafe) unsafe();
    }

    void clearReadPending() {
        inbound.readPending = false;
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
            RingIoHandler on = registration.attachment();
            handler = on;
            on.socketOpened();
            inbound.registered();
            DatagramSocket opened = new DatagramSocket(on.loop(), on.datagramBuffers(), descriptor.file(), isUnix());
            socket = opened;
            opened.receiver().attach(inbound);
            outbound.registered();
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

    // ---- addresses

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        require("bind", call(address, kernel::bind));
        local = address(false);
        phase = Phase.BOUND;
        readIfWanted();
    }

    private interface AddressCall {
        int make(int fd, MemorySegment address);
    }

    private int call(SocketAddress address, AddressCall systemCall) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment encoded = encode(address, arena);
            return descriptor.call(fd -> systemCall.make(fd, encoded));
        }
    }

    private static void require(String call, int result) throws IOException {
        if (result == Errno.ECANCELED.result()) {
            throw new ClosedChannelException();
        }
        if (result < 0) {
            throw SocketExceptions.of(call, result);
        }
    }

    private void doConnect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress) throws IOException {
        if (localAddress != null) {
            require("bind", call(localAddress, kernel::bind));
        }
        require("connect", call(remoteAddress, kernel::connectDatagram));
        remote = remoteAddress;
        local = address(false);
        connected = true;
        phase = Phase.BOUND;
        readIfWanted();
    }

    @Override
    protected void doDisconnect() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment none = nobody(arena);
            require("connect", descriptor.call(fd -> kernel.connectDatagram(fd, none)));
        }
        connected = false;
        remote = null;
        SocketAddress before = local;
        local = address(false);
        SocketAddress again = toBindAgain(before);
        if (again != null) {
            require("bind", call(again, kernel::bind));
            local = address(false);
        }
    }

    /** {@return whether datagrams go to one peer, and come from it} */
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    @Override
    public boolean isActive() {
        return phase == Phase.BOUND
                || (phase == Phase.OPEN && isRegistered() && settings().isActiveOnRegistration());
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    /** A socket without an address is bound by the kernel when it sends for the first time. */
    @Override
    protected @Nullable SocketAddress localAddress0() {
        return local == null && isActive() ? address(false) : local;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    // ---- reading

    @Override
    protected void doBeginRead() {
        inbound.readPending = true;
        readIfWanted();
    }

    private void readIfWanted() {
        DatagramSocket from = socket;
        if (inbound.readPending && from != null && isActive()) {
            DatagramReceiver receiver = from.receiver();
            // One that is armed asks for the demand by itself.
            if (!receiver.isDelivering() && (receiver.isWaiting() || !receiver.isLive())) {
                inbound.deliverSoon();
            }
        }
    }

    /** A socket's receiver in Netty's events. */
    private final class Inbound implements DatagramHandler {
        private boolean readPending;
        private boolean inReadLoop;
        private boolean isDue;
        private boolean isEndDue;

        /** What was left to another loop's next round is not done any more. */
        void registered() {
            isDue = false;
            isEndDue = false;
            inReadLoop = false;
        }

        void deliverSoon() {
            if (!isDue) {
                isDue = true;
                handler().nextRound(this::deliver);
            }
        }

        private void deliver() {
            DatagramSocket from = socket;
            if (isHere() && from != null) {
                isDue = false;
                from.receiver().deliver();
            }
        }

        @Override
        public long demand() {
            return isActive() && (readPending || (inReadLoop && settings().isAutoRead())) ? 1 : 0;
        }

        @Override
        @SuppressWarnings("deprecation") // Netty's own transports use it, too
        public void received(ReceivedMessage message, BufferLease lease) {
            handler().handled();
            RecvByteBufAllocator.Handle sizes = unsafe().recvBufAllocHandle();
            if (!inReadLoop) {
                inReadLoop = true;
                sizes.reset(settings());
            }
            readPending = false;
            SocketAddress from = message.nameLengthBytes() == 0 ? remote : sender(message.name());
            ByteBuf content = content(message, lease);
            sizes.attemptedBytesRead(content.readableBytes());
            sizes.lastBytesRead(content.readableBytes());
            sizes.incMessagesRead(1);
            pipeline().fireChannelRead(packet(content, from, localAddress()));
            if (!sizes.continueReading()) {
                endReadLoop();
            }
        }

        /** A copy: datagrams are small, and their handlers keep them for as long as they like. */
        private ByteBuf content(ReceivedMessage message, BufferLease lease) {
            try {
                ByteBuf content = settings().getAllocator().ioBuffer(Math.max(1, message.payloadLengthBytes()));
                if (message.payloadLengthBytes() > 0) {
                    NativeBytes.append(message.payload(), content);
                }
                return content;
            } finally {
                lease.release();
            }
        }

        /** The kernel does not say whether more datagrams follow: those that this round brings are one read. */
        @Override
        public void drained() {
            if (inReadLoop && !isEndDue) {
                isEndDue = true;
                handler().nextRound(this::roundOver);
            }
        }

        private void roundOver() {
            if (isHere()) {
                isEndDue = false;
                endReadLoop();
            }
        }

        private void endReadLoop() {
            if (inReadLoop) {
                inReadLoop = false;
                unsafe().recvBufAllocHandle().readComplete();
                pipeline().fireChannelReadComplete();
            }
        }

        @Override
        public void failed(int result) {
            if (isOpen()) {
                pipeline().fireExceptionCaught(SocketExceptions.ofDatagram("recvmsg", result));
            }
        }
    }

    // ---- writing

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        outbound.flush();
    }

    // ---- the end

    /** Lets go of the loop's socket, once for all who ask for it before that is done. */
    private void release(DatagramSocket open) {
        open.close(file -> socketReleased());
    }

    private void socketReleased() {
        inbound.endReadLoop();
        handler().socketClosed();
        socket = null;
        if (phase == Phase.CLOSED) {
            descriptor.close();
        }
        for (Runnable then = onReleased.poll(); then != null; then = onReleased.poll()) {
            then.run();
        }
    }

    @Override
    protected void doClose() {
        phase = Phase.CLOSED;
        DatagramSocket open = socket;
        if (open == null) {
            descriptor.close();
        } else {
            open.loop().signal(() -> release(open)); // forced
        }
    }

    /** Netty's way into the channel. */
    final class RingUnsafe extends AbstractUnsafe implements RingHandle {
        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        protected void flush0() {
            if (isActive()) {
                outbound.flush();
            } else {
                super.flush0();
            }
        }

        /** The kernel only notes the peer: nothing is waited for. */
        @Override
        public void connect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            if (connected) {
                promise.setFailure(new AlreadyConnectedException());
                return;
            }
            boolean wasActive = isActive();
            try {
                doConnect(remoteAddress, localAddress);
                promise.setSuccess();
            } catch (IOException | RuntimeException e) {
                promise.setFailure(annotateConnectException(e, remoteAddress));
                return;
            }
            if (!wasActive) {
                pipeline().fireChannelActive();
            }
        }

        @Override
        protected @Nullable Executor prepareToClose() {
            DatagramSocket open = socket;
            phase = Phase.CLOSED;
            return open == null
                    ? null
                    : closed -> {
                        onReleased.add(closed);
                        release(open);
                    };
        }

        /** The channel is off the loop when nothing of it is in the loop's ring any more. */
        @Override
        public void deregister(ChannelPromise promise) {
            DatagramSocket open = socket;
            if (open == null || !isOpen()) {
                super.deregister(promise);
            } else {
                onReleased.add(() -> super.deregister(promise));
                release(open);
            }
        }
    }
}
