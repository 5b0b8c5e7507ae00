package io.fluxring.netty;

import io.fluxring.core.net.datagram.DatagramSender;
import io.fluxring.core.net.datagram.DatagramSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultAddressedEnvelope;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sending direction of a datagram channel: the messages at the head of Netty's outbound buffer, of which several are in flight,
 * each with an outcome of its own. They leave the outbound buffer in their order.
 */
final class DatagramOutbound {
    private final AbstractRingDatagramChannel channel;
    private final ArrayDeque<Sent> inFlight = new ArrayDeque<>(); // and those behind one that is
    private boolean isDue;
    private boolean isSettling;

    private static final class Sent {
        private boolean isDone;
        private int result;
        private @Nullable RuntimeException refusal; // of an address that this channel does not take
    }

    DatagramOutbound(AbstractRingDatagramChannel channel) {
        this.channel = channel;
    }

    /**
     * A loop sends what is flushed, also what the last one has not sent. What was left to that one's next round is not done any
     * more.
     */
    void registered() {
        inFlight.clear();
        isDue = false;
        flush();
    }

    /** What is flushed in the outbound buffer is to be sent. */
    void flush() {
        DatagramSocket socket = channel.socket();
        if (!isDue && socket != null && socket.sender().isReady() && hasFurtherMessages()) {
            isDue = true;
            channel.handler().nextRound(this::sendDue);
        }
    }

    private boolean hasFurtherMessages() {
        ChannelOutboundBuffer messages = channel.unsafe().outboundBuffer();
        return messages != null && messages.size() > inFlight.size();
    }

    private void sendDue() {
        if (!channel.isHere()) {
            return;
        }
        isDue = false;
        ChannelOutboundBuffer messages = channel.unsafe().outboundBuffer();
        DatagramSocket socket = channel.socket();
        if (messages == null || socket == null) {
            return;
        }
        isSettling = true; // until all are handed over: one may end within this loop
        try {
            messages.forEachFlushedMessage(new ChannelOutboundBuffer.MessageProcessor() {
                private int known = inFlight.size();

                @Override
                public boolean processMessage(Object message) {
                    if (known > 0) {
                        known--;
                    } else if (socket.sender().isReady()) {
                        send(socket.sender(), message);
                    } else {
                        return false;
                    }
                    return true;
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            isSettling = false;
        }
        if (inFlight.isEmpty()) {
            removeCancelled(messages);
        }
        settle();
    }

    private void send(DatagramSender sender, Object message) {
        ByteBuf bytes = content(message).retain();
        SocketAddress to = message instanceof AddressedEnvelope<?, ?> envelope ? envelope.recipient() : null;
        Sent sent = new Sent();
        inFlight.add(sent);
        long address = bytes.isReadable() ? bytes.memoryAddress() + bytes.readerIndex() : 0;
        try {
            sender.send(
                    address,
                    bytes.readableBytes(),
                    message instanceof SegmentedDatagramPacket segments ? segments.segmentSize() : 0,
                    to == null ? null : memory -> channel.encode(to, memory),
                    result -> {
                        bytes.release();
                        sent.result = result;
                        sent.isDone = true;
                        settle();
                    });
        } catch (RuntimeException e) {
            bytes.release();
            sent.refusal = e;
            sent.isDone = true;
        }
    }

    /** Takes the messages that are done off the outbound buffer, up to the first that is not, and sends others in their place. */
    private void settle() {
        if (isSettling) {
            return; // a listener of one has written another
        }
        isSettling = true;
        try {
            for (Sent first = inFlight.peek(); first != null && first.isDone; first = inFlight.peek()) {
                if (first.result == Errno.ECANCELED.result() && channel.isOpen()) {
                    return; // the channel changes its loop: the next one sends it, and those behind it
                }
                inFlight.remove();
                remove(first);
            }
        } finally {
            isSettling = false;
        }
        flush();
    }

    private void remove(Sent first) {
        ChannelOutboundBuffer messages = channel.unsafe().outboundBuffer();
        if (messages == null) {
            return; // closed: all have failed already, or will
        }
        channel.handler().handled();
        removeCancelled(messages);
        if (first.refusal != null) {
            messages.remove(first.refusal);
        } else if (first.result < 0) {
            messages.remove(SocketExceptions.ofDatagram("sendmsg", first.result));
        } else {
            messages.progress(first.result);
            messages.remove();
        }
    }

    /**
     * Messages whose promise was cancelled before the flush are passed over by the loop that sends, and stay at their place, as the
     * empty buffer.
     */
    private static void removeCancelled(ChannelOutboundBuffer messages) {
        while (messages.current() == Unpooled.EMPTY_BUFFER) {
            messages.remove();
        }
    }

    /** The bytes of a message that {@link #toSend} has let pass. */
    private static ByteBuf content(Object message) {
        return (ByteBuf) (message instanceof AddressedEnvelope<?, ?> envelope ? envelope.content() : message);
    }

    /**
     * {@return a message whose bytes the kernel can read; null for one of another kind}
     *
     * @param message what was written
     * @param channel whose allocator a copy's memory comes from
     */
    static @Nullable Object toSend(Object message, AbstractRingDatagramChannel channel) {
        return switch (message) {
            case ByteBuf bytes -> inOnePiece(bytes, channel);
            case SegmentedDatagramPacket segments -> {
                ByteBuf sent = segments.content().retain();
                segments.release();
                yield new SegmentedDatagramPacket(
                        inOnePiece(sent, channel), segments.segmentSize(), segments.recipient());
            }
            case AddressedEnvelope<?, ?> envelope
            when envelope.content() instanceof ByteBuf bytes -> {
                ByteBuf sent = bytes.retain();
                SocketAddress to = envelope.recipient();
                envelope.release();
                yield new DefaultAddressedEnvelope<>(inOnePiece(sent, channel), to);
            }
            default -> null;
        };
    }

    private static ByteBuf inOnePiece(ByteBuf bytes, AbstractRingDatagramChannel channel) {
        if (bytes.hasMemoryAddress() && bytes != Unpooled.EMPTY_BUFFER) { // that one stands for cancelled messages
            return bytes;
        }
        try {
            ByteBuf copy = channel.settings().getAllocator().directBuffer(Math.max(1, bytes.readableBytes()));
            return copy.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        } finally {
            bytes.release();
        }
    }
}
