package io.fluxring.netty;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.net.SendBatch;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.netty.memory.NativeBytes;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The block that small messages of a channel are copied into. Belongs to the event loop's thread. */
final class CopyBlock implements LeaseHolder {
    private final AbstractRingStreamChannel channel;
    private final Runnable onFree;
    private @Nullable BufferLease block;
    private int filledBytes;
    private boolean awaitsBlock;
    private int loops; // how many the channel has left: a block that comes free there is of no use

    /**
     * No block as yet.
     *
     * @param onFree run when there is a block again, after a copy that found none
     */
    CopyBlock(AbstractRingStreamChannel channel, Runnable onFree) {
        this.channel = channel;
        this.onFree = onFree;
    }

    boolean isEmpty() {
        return filledBytes == 0;
    }

    /** Whether there was room: the message is in the block then. */
    boolean copy(ByteBuf message) {
        int lengthBytes = message.readableBytes();
        BufferLease into = block;
        if (into == null) {
            into = take();
            if (into == null) {
                return false;
            }
            block = into;
        }
        if (lengthBytes > into.lengthBytes() - filledBytes) {
            return false;
        }
        NativeBytes.copy(message, into.address() + filledBytes);
        filledBytes += lengthBytes;
        return true;
    }

    private @Nullable BufferLease take() {
        Slab blocks = channel.handler().loop().sendBlocks();
        BufferLease taken = blocks.allocate(this);
        if (taken == null && !awaitsBlock) {
            awaitsBlock = true;
            int of = loops;
            blocks.whenFree(() -> free(of));
        }
        return taken;
    }

    private void free(int of) {
        if (of == loops) {
            awaitsBlock = false;
            onFree.run();
        }
    }

    /**
     * Moves what is in it into a batch, which lets go of the block.
     *
     * @return how many bytes that are
     */
    int moveTo(SendBatch batch) {
        BufferLease filled = block;
        int lengthBytes = filledBytes;
        if (filled == null || lengthBytes == 0) {
            return 0;
        }
        batch.add(filled, filled.address(), lengthBytes);
        block = null;
        filledBytes = 0;
        return lengthBytes;
    }

    /** {@return what is in it} The channel leaves the loop, which has the block back. */
    byte[] leave() {
        BufferLease filled = block;
        byte[] bytes = filled == null
                ? new byte[0]
                : NativeMemory.at(filled.address(), filledBytes).toArray(ValueLayout.JAVA_BYTE);
        release();
        awaitsBlock = false;
        loops++;
        return bytes;
    }

    void release() {
        BufferLease unsent = block;
        block = null;
        filledBytes = 0;
        if (unsent != null) {
            unsent.release();
        }
    }

    /** A block has come back: no quota depends on it. */
    @Override
    public void leaseReleased() {}

    @Override
    public String describe() {
        return Objects.toString(channel);
    }
}
