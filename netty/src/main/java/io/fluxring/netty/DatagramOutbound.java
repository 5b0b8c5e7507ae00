package io.fluxring.netty;

import io.fluxring.core.net.datagram.DatagramSender;
import io.fluxring.core.net.datagram.DatagramSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultAddressedEnvelope;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending direction of a datagram channel: a batch of messages at the head of Netty's outbound buffer, each with an outcome of its
 * own. The next batch goes when the last one has ended, so that messages leave the outbound buffer in their order.
 */
final class DatagramOutbound {
    private final AbstractRingDatagramChannel channel;
    private final List<Sent> batch = new ArrayList<>();
    private int unfinished;
    private boolean isDue;

    private static final class Sent {
        private final ByteBuf bytes;
        private int result;

        Sent(ByteBuf bytes) {
            this.bytes = bytes;
        }
    }

    DatagramOutbound(AbstractRingDatagramChannel channel) {
        this.channel = channel;
    }

    /** What is flushed in the outbound buffer is to be sent. */
    void flush() {
        if (!isDue && unfinished == 0 && batch.isEmpty() && channel.socket() != null && hasMessages()) {
            isDue = true;
            channel.handler().nextRound(this::sendDue);
        }
    }

    private boolean hasMessages() {
        ChannelOutboundBuffer messages = channel.unsafe().outboundBuffer();
        return messages != null && !messages.isEmpty();
    }

    private void sendDue() {
        isDue = false;
        ChannelOutboundBuffer messages = channel.unsafe().outboundBuffer();
        DatagramSocket socket = channel.socket();
        if (messages == null || socket == null || unfinished > 0) {
            return;
        }
        unfinished = 1; // until all are handed over: one may end within this loop
        try {
            messages.forEachFlushedMessage(message -> {
                if (batch.size() == DatagramSender.MOST_IN_FLIGHT
                        || !socket.sender().isReady()) {
                    return false;
                }
                send(socket.sender(), message);
                return true;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        finished();
    }

    private void send(DatagramSender sender, Object message) {
        ByteBuf bytes = content(message).retain();
        SocketAddress to = message instanceof AddressedEnvelope<?, ?> envelope ? envelope.recipient() : null;
        Sent sent = new Sent(bytes);
        batch.add(sent);
        unfinished++;
        long address = bytes.isReadable() ? bytes.memoryAddress() + bytes.readerIndex() : 0;
        try {
            sender.send(
                    address,
                    bytes.readableBytes(),
                    to == null ? null : memory -> channel.encode(to, memory),
                    result -> {
                        sent.result = result;
                        sent.bytes.release();
                        finished();
                    });
        } catch (RuntimeException e) { // an address that this channel does not take
            sent.result = Errno.EINVAL.result();
            bytes.release();
            finished();
        }
    }

    /** The bytes of a message that {@link #toSend} has let pass. */
    private static ByteBuf content(Object message) {
        return (ByteBuf) (message instanceof AddressedEnvelope<?, ?> envelope ? envelope.content() : message);
    }

    private void finished() {
        if (--unfinished > 0) {
            return;
        }
        ChannelOutboundBuffer messages = channel.unsafe().outboundBuffer();
        for (int i = 0; i < batch.size(); i++) {
            if (messages == null) {
                break; // closed: all have failed already
            }
            int result = batch.get(i).result;
            channel.handler().handled();
            if (result < 0) {
                messages.remove(SocketExceptions.ofDatagram("sendmsg", result));
            } else {
                messages.progress(result);
                messages.remove();
            }
            messages = channel.unsafe().outboundBuffer(); // a listener may have closed the channel
        }
        batch.clear();
        flush();
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
        if (bytes.hasMemoryAddress()) {
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
