package io.fluxring.netty.memory;

import io.fluxring.core.memory.BufferLease;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of the loop's group as Netty sees it. The last release gives the buffer back to the kernel, which may fill it at once;
 * then this object stands for its new content.
 */
final class LeasedByteBuf extends RingByteBuf {
    private @Nullable BufferLease lease;
    private boolean isNew = true;

    LeasedByteBuf(ByteBuffer memory) {
        super(memory);
    }

    LeasedByteBuf hold(BufferLease next) {
        if (isNew) {
            isNew = false;
        } else {
            resetRefCnt();
        }
        int receivedBytes = next.lengthBytes();
        lease = next.widen(); // a decoder may append the next bytes behind these
        setIndex(0, 0);
        markReaderIndex();
        markWriterIndex();
        writerIndex(receivedBytes);
        return this;
    }

    @Override
    protected void deallocate() {
        BufferLease over = Objects.requireNonNull(lease);
        lease = null;
        over.release();
    }
}
