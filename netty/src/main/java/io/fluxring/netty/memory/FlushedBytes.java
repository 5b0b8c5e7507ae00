package io.fluxring.netty.memory;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

/** The flushed messages of an outbound buffer, copied behind one another, up to the first that has no bytes of its own. */
public final class FlushedBytes implements ChannelOutboundBuffer.MessageProcessor {
    private final ByteBuf copy;
    private final int mostBytes;
    private long skippedBytes; // are left to be skipped

    /**
     * Nothing is copied as yet.
     *
     * @param copy where to
     * @param skippedBytes of the first messages, which are left out
     * @param mostBytes how much is copied at most
     */
    public FlushedBytes(ByteBuf copy, long skippedBytes, int mostBytes) {
        this.copy = copy;
        this.skippedBytes = skippedBytes;
        this.mostBytes = mostBytes;
    }

    /** Copies what a buffer has. */
    public void copyFrom(ChannelOutboundBuffer messages) {
        try {
            messages.forEachFlushedMessage(this);
        } catch (Exception e) {
            throw new IllegalStateException(e); // this processor throws none
        }
    }

    @Override
    public boolean processMessage(Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            return false;
        }
        if (bytes.refCnt() == 0) {
            return false; // released once too often
        }
        int readableBytes = bytes.readableBytes();
        int skipped = (int) Math.min(skippedBytes, readableBytes);
        skippedBytes -= skipped;
        int taken = Math.min(readableBytes - skipped, mostBytes - copy.readableBytes());
        copy.writeBytes(bytes, bytes.readerIndex() + skipped, taken);
        return skipped + taken == readableBytes;
    }
}
