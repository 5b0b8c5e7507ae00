package io.fluxring.netty;

import io.fluxring.core.net.SendBatch;
import io.fluxring.netty.memory.NativeBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.ByteBuffer;

/** Messages of an outbound buffer as pieces of a batch, in their own memory. Each piece retains its message until it is sent. */
final class HeldMessages implements ChannelOutboundBuffer.MessageProcessor {
    private final SendBatch batch;
    private final int mostBytes;
    private int lengthBytes;

    HeldMessages(SendBatch batch, int mostBytes) {
        this.batch = batch;
        this.mostBytes = mostBytes;
    }

    /** How many bytes at the head of the outbound buffer are in the batch. */
    int lengthBytes() {
        return lengthBytes;
    }

    void addFrom(ChannelOutboundBuffer messages) {
        try {
            messages.forEachFlushedMessage(this);
        } catch (Exception e) {
            throw new IllegalStateException(e); // this processor throws none
        }
    }

    @Override
    public boolean processMessage(Object message) {
        if (!(message instanceof ByteBuf bytes) || !NativeBytes.isNative(bytes)) {
            return false;
        }
        if (bytes.hasMemoryAddress()) {
            return addPiece(bytes, bytes.memoryAddress() + bytes.readerIndex(), bytes.readableBytes());
        }
        for (ByteBuffer part : bytes.nioBuffers(bytes.readerIndex(), bytes.readableBytes())) {
            if (part.hasRemaining() && !addPiece(bytes, NativeBytes.address(part), part.remaining())) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of the piece is in, and perhaps another. */
    private boolean addPiece(ByteBuf owner, long address, int pieceBytes) {
        int taken = Math.min(pieceBytes, mostBytes - lengthBytes);
        if (batch.isFull() || (taken == 0 && pieceBytes > 0)) {
            return false;
        }
        if (taken > 0) {
            batch.add(owner.retain(), address, taken);
            lengthBytes += taken;
        }
        return taken == pieceBytes;
    }
}
