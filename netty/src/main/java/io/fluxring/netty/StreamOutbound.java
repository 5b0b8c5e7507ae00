package io.fluxring.netty;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.SendBatch;
import io.fluxring.core.net.SendHandler;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.core.sys.Errno;
import io.fluxring.netty.config.StreamConfig;
import io.fluxring.netty.memory.FlushedBytes;
import io.fluxring.netty.memory.NativeBytes;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The sending direction of a stream channel: Netty's outbound buffer as batches of a socket's {@link
 * io.fluxring.core.net.Sender}, one at a time.
 *
 * <p>Small messages are copied into a block when they are flushed, and are complete then, as with a socket's own buffer: what was
 * waiting for them, such as the next pipelined response, joins them in the block. The block goes out at the beginning of the loop's
 * next round, and the next one fills meanwhile. Large messages are sent from their own memory, which is retained until the kernel
 * is done with it, and are complete then.
 *
 * <p>Belongs to the event loop's thread.
 */
final class StreamOutbound implements SendHandler {
    /** A message up to this size is copied: beyond it the copy costs more than the care for another piece. */
    static final int MOST_COPIED_BYTES = 8 * 1024;

    /** The most of large messages in one batch, so that their progress is seen while a slow peer takes them. */
    private static final int MOST_HELD_BYTES = 1024 * 1024;

    private enum Phase {
        /** Takes messages. */
        OPEN,
        /** Its socket leaves the loop: nothing is sent, and the next loop goes on; see {@link #onSent}. */
        LEAVING,
        /** Takes none, and sends what it has taken; see {@link #onSent}. */
        ENDING,
        /** Has nothing, and takes nothing. */
        ENDED
    }

    private final AbstractRingStreamChannel channel;
    private final CopyBlock block; // being filled
    private final CarriedBytes carried = new CarriedBytes();
    private @Nullable StreamSocket socket;
    private Runnable sendDue = () -> {}; // one for all rounds on a loop
    private Phase phase = Phase.OPEN;

    private @Nullable ByteBuf last; // flushed before the close, and not taken until then
    private int completeBytes; // at the head of the batch that is being sent, and in the outbound buffer no more
    private long heldBytes; // at the head of the outbound buffer, and in the batch that is being sent
    private @Nullable FileTransfer file; // at the head of the outbound buffer
    private int fileBytes; // of it in the batch that is being sent
    private boolean inHeld; // large messages are being completed: some of them are still in the outbound buffer
    private boolean inPromises; // messages are being completed, whose listeners may write and flush
    private boolean isDue;
    private boolean hasSent;
    private boolean hasGivenUp;
    private boolean hasLost;
    private int zeroCopyThreshold = StreamConfig.NEVER; // what the socket's sender knows
    private Runnable onSent = () -> {};

    StreamOutbound(AbstractRingStreamChannel channel) {
        this.channel = channel;
        this.block = new CopyBlock(channel, this::flush);
    }

    /** The channel has a socket. */
    void open(StreamSocket opened) {
        socket = opened;
        sendDue = () -> sendDue(opened);
        flush();
    }

    /** The channel has no socket for the time being. Nothing is being sent. */
    void suspend() {
        socket = null;
        isDue = false;
        zeroCopyThreshold = StreamConfig.NEVER;
        phase = Phase.OPEN;
    }

    boolean isEnding() {
        return phase != Phase.OPEN;
    }

    /**
     * Takes no more messages, and sends what was taken.
     *
     * @param then run once that is sent, or can't be: perhaps at once
     */
    void end(Runnable then) {
        Runnable leaving = phase == Phase.LEAVING ? onSent : () -> {};
        phase = Phase.ENDING;
        endFile();
        onSent = () -> {
            then.run();
            leaving.run();
        };
        send();
    }

    /**
     * Calls off what is being sent, which the peer may not take for long, and keeps what is left of it for the next loop.
     *
     * @param then run when nothing is in the ring: perhaps at once
     */
    void leave(Runnable then) {
        StreamSocket from = socket;
        if (phase == Phase.ENDING) {
            Runnable ending = onSent;
            onSent = () -> {
                ending.run();
                then.run();
            };
            return;
        }
        phase = Phase.LEAVING;
        onSent = then;
        if (from != null) {
            from.sender().recall();
        }
        left();
    }

    private void left() {
        FileTransfer read = file;
        if (phase != Phase.LEAVING || isSending() || (read != null && read.isReading())) {
            return;
        }
        carry(block.leave());
        if (read != null) {
            leaveFile(read);
        }
        if (phase == Phase.LEAVING) { // a listener may have closed the channel
            Runnable then = onSent;
            onSent = () -> {};
            then.run();
        }
    }

    private void carry(byte[] bytes) {
        carried.add(bytes, channel.settings().getAllocator());
    }

    /** What was read of it is carried along: a region may not be able to give it again. */
    private void leaveFile(FileTransfer read) {
        ByteBuf piece = read.leave();
        if (piece != null) {
            fileBytes = piece.readableBytes();
            carried.add(piece, channel.settings().getAllocator());
        }
        completeFile();
        endFile();
    }

    /**
     * The channel closes in a moment, and its outbound buffer is out of reach then: what was flushed and not taken yet is copied, so
     * that it goes out as from a transport that writes at the flush. Its promises fail all the same.
     */
    void takeLast() {
        ChannelOutboundBuffer messages = messages();
        if (phase != Phase.OPEN || socket == null || inHeld || file != null || messages == null || messages.isEmpty()) {
            return;
        }
        ByteBuf copy = channel.settings().getAllocator().directBuffer();
        new FlushedBytes(copy, heldBytes, MOST_HELD_BYTES).copyFrom(messages);
        if (copy.isReadable()) {
            last = copy;
        } else {
            copy.release();
        }
    }

    /** Of what is being taken back, only what its writers were told is complete is sent. */
    void dropIncomplete() {
        releaseLast();
        StreamSocket of = socket;
        if (of != null) {
            of.sender().recall();
        }
    }

    /** Sends no more. */
    void giveUp() {
        hasGivenUp = true;
        dropIncomplete();
    }

    /** Whether something that its writers were told is complete was not sent. */
    boolean hasLost() {
        return hasLost;
    }

    /** Sends nothing more, whatever is there. */
    void drop() {
        phase = Phase.ENDED;
        endFile();
        block.release();
        carried.release();
        releaseLast();
    }

    private void releaseLast() {
        ByteBuf unsent = last;
        last = null;
        if (unsent != null) {
            unsent.release();
        }
    }

    private void ended() {
        hasLost = hasSomething();
        drop();
        Runnable then = onSent;
        onSent = () -> {};
        then.run();
    }

    // ---- taking messages

    /** What is flushed in the outbound buffer is to be sent. */
    void flush() {
        if (socket == null || inPromises || phase == Phase.LEAVING) {
            return;
        }
        fill();
        if (!hasSent && hasSomething()) {
            sendFirst(socket);
        } else {
            sendSoon();
        }
    }

    /** A handler may wait for the peer's answer in the event that tells of the connection: its words must be out by then. */
    private void sendFirst(StreamSocket to) {
        hasSent = true;
        send();
        to.loop().submitPending();
    }

    private @Nullable ChannelOutboundBuffer messages() {
        return phase == Phase.OPEN || phase == Phase.LEAVING ? channel.unsafe().outboundBuffer() : null;
    }

    /** Copies small messages at the head of the outbound buffer. Not past large ones that are being sent from there. */
    private void fill() {
        if (heldBytes > 0) {
            return;
        }
        RuntimeException unreadable = null;
        inPromises = true;
        try {
            ChannelOutboundBuffer messages = messages();
            while (messages != null && isComplete(messages.current())) {
                messages.remove();
                messages = messages(); // a listener may have closed the channel
            }
            if (messages != null && messages.current() instanceof FileRegion region) {
                begin(region, messages.currentProgress());
            }
        } catch (RuntimeException e) {
            unreadable = e;
        } finally {
            inPromises = false;
        }
        if (unreadable != null) {
            failUnreadable(unreadable);
        }
    }

    /** A message was released before it was sent, say. What was written before it goes out, and nothing behind it. */
    private void failUnreadable(RuntimeException cause) {
        endFile();
        channel.writeFailed(new IOException("a message can't be sent: " + cause.getMessage(), cause));
    }

    /** Whether nothing of a message is left to be sent from its own memory or file. */
    private boolean isComplete(@Nullable Object message) {
        return switch (message) {
            case null -> false;
            case ByteBuf bytes -> !bytes.isReadable() || copy(bytes);
            case FileRegion region -> region.transferred() >= region.count() && file == null;
            default -> false;
        };
    }

    private void begin(FileRegion region, long sentBytes) {
        if (file == null) {
            file = new FileTransfer(channel, region, sentBytes);
        }
        file.readNext();
    }

    /** A block of the file that is being sent was read, or its end was. */
    void fileReady() {
        completeFile();
        flush();
        left();
    }

    /** Whether a message is in the block now. */
    private boolean copy(ByteBuf message) {
        int lengthBytes = message.readableBytes();
        boolean isHeld = !channel.settings().isEarlyWriteCompletion() && NativeBytes.isNative(message);
        if (lengthBytes > MOST_COPIED_BYTES || isHeld) {
            return false;
        }
        return block.copy(message);
    }

    // ---- sending

    private void sendSoon() {
        if (!isDue && !isSending() && hasSomething()) {
            isDue = true;
            channel.handler().nextRound(sendDue);
        }
    }

    /** On the loop of that socket, which need not be the channel's any more. */
    private void sendDue(StreamSocket of) {
        if (of == socket) {
            isDue = false;
            send();
        }
    }

    private boolean isSending() {
        StreamSocket to = socket;
        return to != null && to.sender().isSending();
    }

    private boolean hasSomething() {
        if (!block.isEmpty() || !carried.isEmpty()) {
            return true;
        }
        FileTransfer sending = file;
        if (sending != null) {
            return sending.hasReady();
        }
        ChannelOutboundBuffer messages = messages();
        return messages != null && !messages.isEmpty();
    }

    private void send() {
        StreamSocket to = socket;
        if (to == null || isSending() || phase == Phase.LEAVING) {
            return;
        }
        if (to.sender().isReady() && !hasGivenUp) {
            SendBatch batch = to.group().takeBatch(StreamOutbound::letGo);
            RuntimeException unreadable = null;
            try {
                completeBytes = carried.moveTo(batch);
                completeBytes += block.moveTo(batch);
                addMessages(batch);
            } catch (RuntimeException e) {
                unreadable = e; // the next batch begins with that message
            } catch (Error e) {
                to.group().giveBack(batch);
                throw e;
            }
            if (!batch.isEmpty()) {
                if (heldBytes > 0 || fileBytes > 0) {
                    setZeroCopy(to);
                }
                sendBatch(to, batch);
                return;
            }
            to.group().giveBack(batch);
            if (unreadable != null) {
                failUnreadable(unreadable);
                return;
            }
        }
        if (phase == Phase.ENDING) {
            ended();
        }
    }

    private void setZeroCopy(StreamSocket to) {
        int threshold = channel.settings().zeroCopyThreshold();
        if (threshold == zeroCopyThreshold) {
            return; // and the sender may have found that it is useless
        }
        zeroCopyThreshold = threshold;
        if (threshold == StreamConfig.NEVER) {
            to.sender().copyAlways();
        } else {
            to.sender().zeroCopyFrom(Math.max(1, threshold));
        }
    }

    private void sendBatch(StreamSocket to, SendBatch batch) {
        try {
            to.sender().send(batch, this);
        } catch (IllegalStateException e) { // in checked mode, for memory that was released: nothing of it was sent
            heldBytes = 0;
            fileBytes = 0;
            failUnreadable(e);
        }
    }

    private void addMessages(SendBatch batch) {
        ByteBuf flushed = last;
        if (flushed != null) {
            last = null;
            batch.add(flushed, flushed.memoryAddress(), flushed.readableBytes());
        }
        ChannelOutboundBuffer messages = messages();
        if (messages != null && messages.current() instanceof ByteBuf) {
            HeldMessages held = new HeldMessages(batch, MOST_HELD_BYTES);
            try {
                held.addFrom(messages);
            } finally {
                heldBytes = held.lengthBytes();
            }
        }
        FileTransfer sending = file;
        if (sending != null && messages != null) {
            ByteBuf piece = sending.takeReady();
            if (piece != null) {
                fileBytes = piece.readableBytes();
                batch.add(piece, piece.memoryAddress(), fileBytes);
            }
        }
    }

    private static void letGo(Object owner) {
        if (owner instanceof BufferLease lease) {
            lease.release();
        } else {
            ReferenceCountUtil.release(owner);
        }
    }

    @Override
    public void sent() {
        channel.handler().handled();
        completeHeld();
        completeFile();
        goOn();
    }

    private void goOn() {
        if (phase == Phase.ENDING) {
            send();
        } else {
            flush();
            left();
        }
    }

    @Override
    public void recalled(SendBatch unsent, long sentBytes) {
        int keptBytes = phase == Phase.LEAVING ? completeBytes + fileBytes : completeBytes;
        carry(unsent.copyOf((int) Math.max(0, keptBytes - sentBytes)));
        heldBytes = Math.min(heldBytes, Math.max(0, sentBytes - completeBytes));
    }

    private void completeHeld() {
        long complete = heldBytes;
        heldBytes = 0;
        ChannelOutboundBuffer messages = messages();
        if (complete > 0 && messages != null) {
            inPromises = true;
            inHeld = true;
            try {
                messages.removeBytes(complete);
            } finally {
                inPromises = false;
                inHeld = false;
            }
        }
    }

    private void completeFile() {
        if (fileBytes > 0 && isSending()) {
            return;
        }
        int complete = fileBytes;
        fileBytes = 0;
        ChannelOutboundBuffer messages = messages();
        FileTransfer sent = file;
        if (messages == null || sent == null) {
            return;
        }
        inPromises = true;
        try {
            if (complete > 0) {
                messages.progress(complete);
            }
            if (sent.isTaken()) {
                endFile();
                messages.remove();
            }
        } finally {
            inPromises = false;
        }
    }

    private void endFile() {
        FileTransfer over = file;
        file = null;
        if (over != null) {
            over.close();
        }
    }

    @Override
    public void failed(int result) {
        StreamSocket of = socket;
        if (of != null && of.sender().isReady()) { // was recalled
            completeHeld();
            completeFile();
            goOn();
            return;
        }
        heldBytes = 0;
        fileBytes = 0;
        endFile();
        if (phase == Phase.ENDING) {
            ended();
        } else if (result != Errno.ECANCELED.result()) {
            channel.writeFailed(SocketExceptions.of("send", result));
        }
    }
}
