package io.fluxring.netty;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.ReceiveHandler;
import io.fluxring.core.net.Receiver;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.netty.memory.ReceivedBuffers;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The receiving direction of a stream channel: a socket's {@link Receiver} in Netty's events. The receive stays armed while there is
 * no read; what it brings is held by the receiver, and handed out when a read comes. Belongs to the event loop's thread.
 */
final class StreamInbound implements ReceiveHandler {
    private enum Phase {
        /** Bytes are handed out, one piece a read or several. */
        OPEN,
        /** The end of the stream was reported, or the channel has given up its input; the channel is open. */
        SHUT_DOWN,
        /** As above, and that there is nothing to read was reported too. */
        DRAINED,
        /** The channel closes: nothing is reported any more. */
        CLOSED
    }

    private final AbstractRingStreamChannel channel;

    /** Taken from the receiver, and not handed out yet: the parts of a piece that was too large for the channel's allocator. */
    private final ArrayDeque<ByteBuf> carried = new ArrayDeque<>(0);

    private @Nullable Receiver receiver;
    private Phase phase = Phase.OPEN;
    private boolean readPending;
    private boolean isHandingOut; // what is carried
    private boolean inReadLoop; // pieces were handed out, and channelReadComplete is owed
    private boolean isDue;
    private int sockets; // how many the channel has had: what is due on a loop that it has left is not done
    private boolean hasEnded; // the receiver has; what is carried is handed out first
    private int endResult;

    StreamInbound(AbstractRingStreamChannel channel) {
        this.channel = channel;
    }

    /** The channel has a socket. */
    void open(StreamSocket socket) {
        receiver = socket.receiver();
        receiver.attach(this);
        if (readPending && !carried.isEmpty()) {
            deliverSoon();
        }
    }

    /** The channel has no socket for the time being. */
    void suspend() {
        receiver = null;
        isDue = false;
        sockets++;
    }

    /** The channel closes. */
    void close() {
        phase = Phase.CLOSED;
        readPending = false;
        Receiver from = receiver;
        if (from != null) {
            from.detach(this);
        }
        for (ByteBuf unread = carried.poll(); unread != null; unread = carried.poll()) {
            unread.release();
        }
    }

    boolean isShutDown() {
        return phase != Phase.OPEN;
    }

    // ---- reads

    void read() {
        readPending = true;
        Receiver from = receiver;
        if (!carried.isEmpty() ? !isHandingOut : from != null && !from.isDelivering() && from.isWaiting()) {
            deliverSoon();
        }
    }

    void clearReadPending() {
        readPending = false;
    }

    /** Not from within read(): a handler that asks for bytes does not expect them before it has returned. */
    private void deliverSoon() {
        if (!isDue) {
            isDue = true;
            int of = sockets;
            channel.handler().nextRound(() -> deliver(of));
        }
    }

    private void deliver(int of) {
        if (of != sockets) {
            return;
        }
        isDue = false;
        handOutCarried();
        if (receiver != null) {
            receiver.deliver();
        }
        if (carried.isEmpty()) {
            endReadLoop(); // the receiver has said before that it is drained, while there was something carried
        }
    }

    private void handOutCarried() {
        if (carried.isEmpty()) {
            return;
        }
        isHandingOut = true;
        try {
            while (!carried.isEmpty() && (readPending || inReadLoop)) {
                handOut(carried.remove());
            }
        } finally {
            isHandingOut = false;
        }
        if (carried.isEmpty() && receiver == null) {
            drained();
            if (hasEnded) {
                reportEnd();
            }
        }
    }

    @Override
    public boolean readsAhead() {
        return true;
    }

    @Override
    public boolean copiesUnderPressure() {
        return true;
    }

    @Override
    public long demand() {
        return carried.isEmpty() && (readPending || inReadLoop) ? 1 : 0;
    }

    @Override
    public void received(BufferLease lease) {
        RingIoHandler handler = channel.handler();
        handler.handled();
        ReceivedBuffers buffers = handler.received();
        Receiver from = receiver;
        ByteBuf bytes = from != null && from.isPressed()
                ? buffers.copy(lease, channel.settings().getAllocator())
                : buffers.wrap(lease);
        int mostBytes = mostBytes();
        if (bytes.readableBytes() <= mostBytes) {
            handOut(bytes);
        } else {
            while (bytes.readableBytes() > mostBytes) {
                carried.add(bytes.readRetainedSlice(mostBytes));
            }
            carried.add(bytes);
            handOutCarried();
        }
    }

    /** An allocator that adapts itself adapts to what comes; any other says how much of it a message may have. */
    @SuppressWarnings("deprecation") // Netty's own transports use it, too
    private int mostBytes() {
        return channel.settings().getRecvByteBufAllocator() instanceof AdaptiveRecvByteBufAllocator
                ? Integer.MAX_VALUE
                : Math.max(1, channel.unsafe().recvBufAllocHandle().guess());
    }

    @SuppressWarnings("deprecation") // Netty's own transports use it, too
    private void handOut(ByteBuf bytes) {
        RecvByteBufAllocator.Handle sizes = channel.unsafe().recvBufAllocHandle();
        if (!inReadLoop) {
            inReadLoop = true;
            sizes.reset(channel.config());
        }
        readPending = false;
        sizes.attemptedBytesRead(bytes.readableBytes());
        sizes.lastBytesRead(bytes.readableBytes());
        sizes.incMessagesRead(1);
        channel.pipeline().fireChannelRead(bytes);
        if (!sizes.continueReading()) {
            endReadLoop();
        }
    }

    @Override
    public void drained() {
        endReadLoop();
    }

    private void endReadLoop() {
        if (inReadLoop) {
            inReadLoop = false;
            channel.unsafe().recvBufAllocHandle().readComplete();
            channel.pipeline().fireChannelReadComplete();
        }
    }

    /** The socket is let go of: what was not read goes with the channel, in memory of its own. */
    @Override
    public void discarded(BufferLease lease) {
        carried.add(channel.handler().received().copy(lease, channel.settings().getAllocator()));
    }

    // ---- the end

    @Override
    public void ended(int result) {
        receiver = null;
        if (phase == Phase.CLOSED || result == Errno.ECANCELED.result()) {
            return;
        }
        hasEnded = true;
        endResult = result;
        if (carried.isEmpty()) {
            endReadLoop();
            reportEnd();
        }
    }

    private void reportEnd() {
        hasEnded = false;
        if (endResult < 0 && phase != Phase.CLOSED) {
            connectionLost(SocketExceptions.of("recv", endResult));
        } else {
            inputEnded();
        }
    }

    /** A reset leaves no half to be open: a writer that has nothing to write would never learn of it. */
    private void connectionLost(IOException failure) {
        channel.pipeline().fireExceptionCaught(failure);
        if (channel.settings().isAutoClose()) {
            // With the cause: frameworks know a peer that has gone by it, and would log a closed channel as a fault
            // of theirs.
            channel.ringUnsafe().failWrites(failure);
        } else {
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
    }

    private void inputEnded() {
        ChannelPipeline pipeline = channel.pipeline();
        if (phase == Phase.OPEN) {
            if (!channel.settings().isAllowHalfClosure()) {
                channel.ringUnsafe().closeBehindPeer();
                return;
            }
            phase = Phase.SHUT_DOWN;
            pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (phase == Phase.SHUT_DOWN) {
            phase = Phase.DRAINED;
            pipeline.fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        }
    }

    /** The channel wants no more input: the kernel ends it, and {@link #ended} follows. */
    void shutDown() {
        if (phase == Phase.OPEN) {
            phase = Phase.SHUT_DOWN;
        }
    }
}
